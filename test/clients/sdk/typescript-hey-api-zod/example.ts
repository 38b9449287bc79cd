// npx -p typescript@5.9.3 -p @hey-api/openapi-ts@0.99.0 openapi-ts --file openapi-ts.config.ts
// The generated client needs zod: npm install zod@4.6.7

import { client } from './tessera/client.gen.js'
import * as tessera from './tessera/index.js'

client.setConfig({ baseUrl: 'http://127.0.0.1:8000' })

const login = await tessera.issueToken({ body: { username: 'johndoe', password: 'secret123' } })
if (login.error) throw new Error(login.error.error_description)
client.setConfig({ auth: login.data.access_token })

const me = await tessera.readUsersMe()
console.log(me.data?.username)

const items = await tessera.readOwnItems({ query: { limit: 10 } })
console.log(items.data?.map((item) => item.item_id).join())

const body = { item_id: 'Bar', title: 'The bar', description: 'It belongs to johndoe.' }
const created = await tessera.createItem({ body })
console.log(created.data?.title, created.response?.headers.get('location'))

// If the item has changed since, the version is stale. null removes a field; omitted fields keep their value.
const version = created.response?.headers.get('etag') ?? '*'
const change = { path: { item_id: 'Bar' }, headers: { 'If-Match': version }, body: { title: null } }
const changed = await tessera.updateItem(change)
console.log(changed.data?.title ?? 'no title', changed.data?.description)
const stale = await tessera.updateItem(change)
console.log(stale.response?.status, stale.error?.code)

// An invalid request is an error, and is not sent.
const invalid = await tessera.createItem({ body: { item_id: '' } })
if (!invalid.error || invalid.response) throw new Error('an invalid request was sent')

const deleted = await tessera.deleteItem({ path: { item_id: 'Bar' } })
console.log(deleted.response?.status)

const missing = await tessera.readItem({ path: { item_id: 'Bar' } })
console.log(missing.response?.status, missing.error?.code)
const forbidden = await tessera.listUsers()
console.log(forbidden.response?.status, forbidden.error?.code)

const refused = await tessera.issueToken({ body: { username: 'johndoe', password: 'wrong' } })
console.log(refused.response?.status, refused.error?.error)
