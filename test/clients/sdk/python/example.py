# openapi-python-client generate --url http://127.0.0.1:8000/openapi.yaml

from tessera_client import AuthenticatedClient, Client
from tessera_client.api.account import read_users_me
from tessera_client.api.items import create_item, delete_item, read_item, read_own_items, update_item
from tessera_client.api.tokens import issue_token
from tessera_client.api.users import list_users
from tessera_client.models import ItemChanges, ItemCreation, TokenRequest, TokenResponse

url = "http://127.0.0.1:8000"

login = TokenRequest(username="johndoe", password="secret123")
token = issue_token.sync(client=Client(url), body=login)
if not isinstance(token, TokenResponse):
    raise SystemExit(token)
client = AuthenticatedClient(url, token.access_token)

me = read_users_me.sync(client=client)
print(me.username)

items = read_own_items.sync(client=client, limit=10)
print(",".join(item.item_id for item in items))

bar = ItemCreation(item_id="Bar", title="The bar", description="It belongs to johndoe.")
created = create_item.sync_detailed(client=client, body=bar)
print(created.parsed.title, created.headers["location"])

# If the item has changed since, the version is stale. None removes a field; omitted fields keep their value.
version = created.headers["etag"]
change = ItemChanges(title=None)
changed = update_item.sync("Bar", client=client, body=change, if_match=version)
print(changed.title or "no title", changed.description)
stale = update_item.sync_detailed("Bar", client=client, body=change, if_match=version)
print(stale.status_code.value, stale.parsed.code)

deleted = delete_item.sync_detailed("Bar", client=client)
print(deleted.status_code.value)

missing = read_item.sync_detailed("Bar", client=client)
print(missing.status_code.value, missing.parsed.code)
forbidden = list_users.sync_detailed(client=client)
print(forbidden.status_code.value, forbidden.parsed.code)

login = TokenRequest(username="johndoe", password="wrong")
refused = issue_token.sync_detailed(client=Client(url), body=login)
print(refused.status_code.value, refused.parsed.error)
