"""Hooks that keep the account with which Schemathesis authenticates usable."""

import base64
import itertools
import json
import secrets

import requests
import schemathesis

PASSWORD = "an account of the fuzzer's"
# Operations that need the password of the caller, or an address that is not verified. (An ended session is no problem: after a 401 Schemathesis logs in again.)
NEEDS_PASSWORD = ["deleteUsersMe", "changePassword", "updateUsersMe", "changeEmail", "requestEmailConfirmation"]


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """`ignored_auth` does not support oauth2 schemes: declares the scheme as a bearer token, which it is on the wire."""
    raw_schema["components"]["securitySchemes"]["OAuth2"] = {"type": "http", "scheme": "bearer"}


@schemathesis.hook.apply_to(operation_id=["updateUser", "deleteUser"])
def filter_case(context, case):
    """Neither changes nor deletes the account of the run."""
    token = bearer_token(case)
    return token is None or (case.path_parameters or {}).get("user_id") != claims_of(token)["sub"]


@schemathesis.hook
def map_case(context, case):
    """Drops invalid conditions from cases that are otherwise valid: Schemathesis cannot generate headers with quotes."""
    if case.meta and case.meta.generation.mode.is_positive:
        for name in ["If-Match", "If-None-Match"]:
            value = (case.headers or {}).get(name)
            if value is not None and value != "*" and '"' not in value:
                case.headers.pop(name)
    return case


@schemathesis.hook.apply_to(operation_id=NEEDS_PASSWORD)
def before_call(context, case, kwargs):
    """Changes of the caller's own account are sent for a new account."""
    if bearer_token(case):
        case.headers["Authorization"] = f"Bearer {spare_token(case.operation.base_url)}"


@schemathesis.hook.apply_to(operation_id=NEEDS_PASSWORD)
def after_call(context, case, response):
    """Replaces the account after it has been used."""
    if response.status_code < 300 or response.status_code == 401:
        spare.clear()


@schemathesis.hook.apply_to(operation_id="revokeSession")
def before_call(context, case, kwargs):
    """Half of the requests to end a session name the caller's own. The next request logs in again."""
    token = bearer_token(case)
    if token and case.meta and case.meta.generation.mode.is_positive and next(every_other):
        case.path_parameters["session_id"] = claims_of(token)["sid"]


every_other = itertools.cycle([True, False])
spare = []


def spare_token(url):
    if not spare:
        url = url.rstrip("/")
        username = f"fuzzed-{secrets.token_hex(8)}"
        account = {"username": username, "password": PASSWORD, "email": f"{username}@example.com"}
        opened = requests.post(f"{url}/users", json=account, timeout=30)
        opened.raise_for_status()
        form = {"grant_type": "password", "username": username, "password": PASSWORD}
        issued = requests.post(f"{url}/token", data=form, timeout=30)
        issued.raise_for_status()
        spare.append(issued.json()["access_token"])
    return spare[0]


def bearer_token(case):
    """The token of a case, if the server issued it; invalid tokens are not changed."""
    scheme, _, token = str((case.headers or {}).get("Authorization", "")).partition(" ")
    return token if scheme == "Bearer" and token.count(".") == 2 else None


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
