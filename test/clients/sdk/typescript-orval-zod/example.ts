// npx orval@8.38.0 --config orval.config.ts
// The generated schemas need zod: npm install zod@4.6.7

import * as schemas from './schemas.js'
import * as tessera from './tessera.js'

// The client checks nothing by itself: here the schemas check what is sent and what is received.
const credentials = { username: 'johndoe', password: 'secret123' }
const login = await tessera.issueToken(schemas.IssueTokenBody.parse(credentials))
if (login.status !== 200) throw new Error(login.data.error_description)
const { access_token } = schemas.IssueTokenResponse.parse(login.data)
const authorized = { headers: { Authorization: `Bearer ${access_token}` } }

const me = await tessera.readUsersMe({}, authorized)
console.log(schemas.ReadUsersMeResponse.parse(me.data).username)

const page = schemas.ReadOwnItemsQueryParams.parse({ limit: 10 })
const items = await tessera.readOwnItems(page, authorized)
console.log(
  schemas.ReadOwnItemsResponse.parse(items.data)
    .map((item) => item.item_id)
    .join(),
)

const bar = { item_id: 'Bar', title: 'The bar', description: 'It belongs to johndoe.' }
const created = await tessera.createItem(schemas.CreateItemBody.parse(bar), authorized)
console.log(schemas.CreateItemResponse.parse(created.data).title, created.headers.get('location'))

// If the item has changed since, the version is stale. null removes a field; omitted fields keep their value.
const version = { 'If-Match': created.headers.get('etag') ?? '*' }
schemas.UpdateItemHeader.parse(version)
const change = schemas.UpdateItemBody.parse({ title: null })
const changed = await tessera.updateItem('Bar', change, version, authorized)
const item = schemas.UpdateItemResponse.parse(changed.data)
console.log(item.title ?? 'no title', item.description)
const stale = await tessera.updateItem('Bar', change, version, authorized)
if (stale.status !== 200) console.log(stale.status, stale.data.code)

const deleted = await tessera.deleteItem('Bar', {}, authorized)
console.log(deleted.status)

const missing = await tessera.readItem('Bar', {}, authorized)
if (missing.status === 404) console.log(missing.status, missing.data.code)
const forbidden = await tessera.listUsers({}, authorized)
if (forbidden.status !== 200) console.log(forbidden.status, forbidden.data.code)

const wrong = schemas.IssueTokenBody.parse({ ...credentials, password: 'wrong' })
const refused = await tessera.issueToken(wrong)
if (refused.status !== 200) console.log(refused.status, refused.data.error)
