from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

issuer = "http://127.0.0.1:8000"
audience = "http://127.0.0.1:8000"
keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")

Credentials = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]


def claims(credentials: Credentials) -> dict:
    token = credentials.credentials
    try:
        return jwt.decode(
            token,
            keys.get_signing_key_from_jwt(token),
            algorithms=["RS256"],
            issuer=issuer,
            audience=audience,
            options={"require": ["exp", "sub"]},
        )
    except jwt.PyJWKClientConnectionError:
        raise HTTPException(503)
    except jwt.PyJWTError:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


app = FastAPI()


@app.get("/orders")
def read_orders(claims: Annotated[dict, Depends(claims)]) -> dict:
    if "items:read" not in claims["scope"].split():
        raise HTTPException(403)
    return {"owner": claims["sub"]}
