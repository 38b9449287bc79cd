import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let database: DatabaseSync
beforeAll(async () => {
  server = await testServer()
  database = new DatabaseSync(server.services.config.databaseFile)
})
afterAll(async () => {
  database.close()
  await server.stop()
})

const lists: readonly [string, string, RegExp][] = [
  ['accounts', 'users where username_key > ? order by username_key', /USING INDEX .*username_key>/],
  [
    'accounts of an address',
    'users where lower(email) = lower(?) and username_key > ? order by username_key',
    /users_by_email \(<expr>=\? AND username_key>/,
  ],
  [
    'items',
    'items where owner_id = ? and (created_at, item_id) > (?, ?) order by created_at, item_id',
    /items_by_age \(owner_id=\? AND \(created_at,item_id\)>/,
  ],
  [
    'sessions',
    'sessions where user_id = ? and (created_at, session_id) < (?, ?) order by created_at desc, session_id desc',
    /sessions_by_user \(user_id=\? AND \(created_at,session_id\)</,
  ],
  [
    'events of an account',
    'audit_events where user_id = ? and event_id < ? order by event_id desc',
    /audit_events_by_user \(user_id=\? AND event_id</,
  ],
  [
    'events of a kind',
    'audit_events where kind = ? and event_id < ? order by event_id desc',
    /audit_events_by_kind \(kind=\? AND event_id</,
  ],
]

describe('a page', () => {
  it.each(lists)('of %s is read along an index, and sorted nowhere', (_what, query, plan) => {
    const rows = database.prepare(`explain query plan select * from ${query} limit 51`).all()
    const steps = rows.map(({ detail }) => String(detail))
    expect(steps).toEqual([expect.stringMatching(plan)])
  })
})
