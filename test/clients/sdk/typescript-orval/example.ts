// npx orval@8.38.0 --config orval.config.ts

import * as tessera from './tessera.js'

const login = await tessera.issueToken({ username: 'johndoe', password: 'secret123' })
if (login.status !== 200) throw new Error(login.data.error_description)
const authorized = { headers: { Authorization: `Bearer ${login.data.access_token}` } }

const me = await tessera.readUsersMe({}, authorized)
if (me.status === 200) console.log(me.data.username)

const items = await tessera.readOwnItems({ limit: 10 }, authorized)
if (items.status === 200) console.log(items.data.map((item) => item.item_id).join())

const bar = { item_id: 'Bar', title: 'The bar', description: 'It belongs to johndoe.' }
const created = await tessera.createItem(bar, authorized)
if (created.status === 201) console.log(created.data.title, created.headers.get('location'))

// If the item has changed since, the version is stale. null removes a field; omitted fields keep their value.
const version = { 'If-Match': created.headers.get('etag') ?? '*' }
const changed = await tessera.updateItem('Bar', { title: null }, version, authorized)
if (changed.status === 200) console.log(changed.data.title ?? 'no title', changed.data.description)
const stale = await tessera.updateItem('Bar', { title: null }, version, authorized)
if (stale.status !== 200) console.log(stale.status, stale.data.code)

const deleted = await tessera.deleteItem('Bar', {}, authorized)
console.log(deleted.status)

const missing = await tessera.readItem('Bar', {}, authorized)
if (missing.status === 404) console.log(missing.status, missing.data.code)
const forbidden = await tessera.listUsers({}, authorized)
if (forbidden.status !== 200) console.log(forbidden.status, forbidden.data.code)

const refused = await tessera.issueToken({ username: 'johndoe', password: 'wrong' })
if (refused.status !== 200) console.log(refused.status, refused.data.error)
