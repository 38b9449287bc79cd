"""Calls a server with requests-oauthlib and prints the results as JSON. Argument: the server's URL."""

import json
import sys

from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

URL = sys.argv[1]
TOKEN_URL = f"{URL}/token"
PUBLIC = ("public-app", "")
SERVICE = ("demo-service", "demo-service-secret")
REFRESH_ONLY = ("refresh-only", "refresh-only-secret")


def log_in(username="johndoe", password="secret123", client=PUBLIC, scope=None, **more):
    client_id, secret = client
    session = OAuth2Session(client=LegacyApplicationClient(client_id, scope=scope))
    session.fetch_token(
        TOKEN_URL,
        username=username,
        password=password,
        client_id=client_id,
        client_secret=secret,
        **more,
    )
    return session


def refresh(session, token=None):
    return session.refresh_token(TOKEN_URL, refresh_token=token, auth=HTTPBasicAuth(*PUBLIC))


def refusal(call, *args, **more):
    try:
        call(*args, **more)
    except OAuth2Error as error:
        return error.error
    return "none"


def me(session):
    return session.get(f"{URL}/users/me")


# The library has no introspection request; its revocation request is private.
def introspect(session):
    form = {"token": session.access_token}
    response = session.post(
        f"{URL}/introspect", data=form, auth=HTTPBasicAuth(*SERVICE), withhold_token=True
    )
    return response.json()


def revoke(session):
    url, headers, body = session._client.prepare_token_revocation_request(
        f"{URL}/revoke", session.token["refresh_token"], "refresh_token"
    )
    response = session.post(
        url, headers=headers, data=body, auth=HTTPBasicAuth(*PUBLIC), withhold_token=True
    )
    return response.status_code


def reuse():
    session = log_in()
    used = session.token["refresh_token"]
    refresh(session)
    refresh(session)
    return refusal(refresh, session, used)


def unknown_grant():
    session = OAuth2Session(client=BackendApplicationClient(SERVICE[0]))
    return refusal(session.fetch_token, TOKEN_URL, auth=HTTPBasicAuth(*SERVICE))


def scope_of(session):
    return " ".join(session.token["scope"])


session = log_in()
before = dict(session.token)
report = {
    "login": {"token_type": before["token_type"], "scope": scope_of(session)},
    "confidential": {
        "basic": scope_of(log_in(client=SERVICE)),
        "post": scope_of(log_in(client=SERVICE, include_client_id=True)),
    },
    "narrow_scope": scope_of(log_in(scope=["me:read"])),
    "me": me(session).json()["username"],
}
after = refresh(session)
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
    "unknown scope": refusal(log_in, scope=["everything"]),
    "unknown grant": unknown_grant(),
    "forbidden grant": refusal(log_in, client=REFRESH_ONLY),
    "used refresh token": reuse(),
}
report["guesses"] = [
    refusal(log_in, "admin", password)
    for password in ("guess 1", "guess 2", "guess 3", "administrator123")
]
print(json.dumps(report))
