"""Calls a server with Authlib and prints the results as JSON. Argument: the server's URL."""

import json
import sys

# This file has the name of the library: do not import it from this folder.
sys.path.pop(0)

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

URL = sys.argv[1]
TOKEN_URL = f"{URL}/token"
PUBLIC = ("public-app", "")
SERVICE = ("demo-service", "demo-service-secret")
REFRESH_ONLY = ("refresh-only", "refresh-only-secret")


def session_of(client=PUBLIC, scope=None, method="client_secret_basic"):
    return OAuth2Session(
        *client,
        scope=scope,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    )


def log_in(username="johndoe", password="secret123", **more):
    session = session_of(**more)
    session.fetch_token(TOKEN_URL, username=username, password=password, grant_type="password")
    return session


def refusal(call, *args, **more):
    try:
        call(*args, **more)
    except OAuthError as error:
        return error.error
    return "none"


def me(session):
    return session.get(f"{URL}/users/me")


def introspect(session):
    service = session_of(SERVICE)
    return service.introspect_token(f"{URL}/introspect", session.token["access_token"]).json()


def revoke(session):
    token = session.token["refresh_token"]
    return session.revoke_token(f"{URL}/revoke", token, "refresh_token").status_code


def reuse():
    session = log_in()
    used = session.token["refresh_token"]
    session.refresh_token(TOKEN_URL, refresh_token=used)
    session.refresh_token(TOKEN_URL, refresh_token=session.token["refresh_token"])
    return refusal(session.refresh_token, TOKEN_URL, refresh_token=used)


def unknown_grant():
    return refusal(session_of(SERVICE).fetch_token, TOKEN_URL, grant_type="client_credentials")


session = log_in()
before = dict(session.token)
report = {
    "login": {"token_type": before["token_type"], "scope": before["scope"]},
    "confidential": {
        "basic": log_in(client=SERVICE).token["scope"],
        "post": log_in(client=SERVICE, method="client_secret_post").token["scope"],
    },
    "narrow_scope": log_in(scope="me:read").token["scope"],
    "me": me(session).json()["username"],
}
after = session.refresh_token(TOKEN_URL, refresh_token=before["refresh_token"])
report["refreshed"] = {
    "is_new": all(after[name] != before[name] for name in ("access_token", "refresh_token")),
    "me": me(session).json()["username"],
}
report["introspected"] = introspect(session)
report["revoked"] = {
    "status": revoke(session),
    "me": me(session).status_code,
    "introspected": introspect(session),
}
report["refused"] = {
    "wrong password": refusal(log_in, password="wrong"),
    "disabled user": refusal(log_in, "alice", "password456"),
    "wrong secret": refusal(log_in, client=("demo-service", "wrong")),
    "unknown scope": refusal(log_in, scope="everything"),
    "unknown grant": unknown_grant(),
    "forbidden grant": refusal(log_in, client=REFRESH_ONLY),
    "used refresh token": reuse(),
}
report["guesses"] = [
    refusal(log_in, "admin", password)
    for password in ("guess 1", "guess 2", "guess 3", "administrator123")
]
print(json.dumps(report))
