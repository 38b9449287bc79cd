"""Lets Schemathesis do its worst to accounts without losing the one that it works with."""

import base64
import itertools
import json
import secrets

import requests
import schemathesis

PASSWORD = "an account of the fuzzer's"
# What needs the password of the account that does it. (A session that ends is no loss: after a 401 Schemathesis logs in again.)
NEEDS_PASSWORD = ["deleteUsersMe", "changePassword", "updateUsersMe"]


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """To Schemathesis an oauth2 scheme is no credential: `ignored_auth` looks at others only. On the wire it is a bearer token."""
    raw_schema["components"]["securitySchemes"]["OAuth2"] = {"type": "http", "scheme": "bearer"}


@schemathesis.hook.apply_to(operation_id=["updateUser", "deleteUser"])
def filter_case(context, case):
    """The account that all is done with is neither changed nor deleted."""
    token = bearer_token(case)
    return token is None or (case.path_parameters or {}).get("user_id") != claims_of(token)["sub"]


@schemathesis.hook
def map_case(context, case):
    """A case counts as valid although Schemathesis gave it an If-Match that is not: it can make no header with a quote in it."""
    meta = case.meta
    if meta and meta.generation.mode.is_positive and meta.is_negative_at("header"):
        case.headers.pop("If-Match", None)
    return case


@schemathesis.hook.apply_to(operation_id=NEEDS_PASSWORD)
def before_call(context, case, kwargs):
    """What is done to one's own account is done to an account that was opened for it."""
    if bearer_token(case):
        case.headers["Authorization"] = f"Bearer {spare_token(case.operation.base_url)}"


@schemathesis.hook.apply_to(operation_id=NEEDS_PASSWORD)
def after_call(context, case, response):
    """Once it has been done, the next one takes its place."""
    if response.status_code < 300 or response.status_code == 401:
        spare.clear()


@schemathesis.hook.apply_to(operation_id="revokeSession")
def before_call(context, case, kwargs):
    """Half of the sessions to be ended are there: the one that asks. The next request logs in again."""
    token = bearer_token(case)
    if token and case.meta and case.meta.generation.mode.is_positive and next(every_other):
        case.path_parameters["session_id"] = claims_of(token)["sid"]


every_other = itertools.cycle([True, False])
spare = []


def spare_token(url):
    if not spare:
        url = url.rstrip("/")
        username = f"fuzzed-{secrets.token_hex(8)}"
        opened = requests.post(f"{url}/users", json={"username": username, "password": PASSWORD}, timeout=30)
        opened.raise_for_status()
        form = {"grant_type": "password", "username": username, "password": PASSWORD}
        issued = requests.post(f"{url}/token", data=form, timeout=30)
        issued.raise_for_status()
        spare.append(issued.json()["access_token"])
    return spare[0]


def bearer_token(case):
    """The token of a case, if it is one that the server issued: the bogus ones are left as they are."""
    scheme, _, token = str((case.headers or {}).get("Authorization", "")).partition(" ")
    return token if scheme == "Bearer" and token.count(".") == 2 else None


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
