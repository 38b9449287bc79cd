import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databaseOf } from '../harness/database.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let database: DatabaseSync
beforeAll(async () => {
  server = await testServer()
  database = new DatabaseSync(databaseOf(server.services).DATABASE_URL ?? '')
})
afterAll(async () => {
  database.close()
  await server.stop()
})

const lists: readonly [string, string, RegExp][] = [
  ['accounts', 'users where username_key > ? order by username_key', /USING INDEX .*username_key>/],
  [
    'accounts of an email address',
    'users where lower(email) = lower(?) and username_key > ? order by username_key',
    /users_by_email \(<expr>=\? AND username_key>/,
  ],
  [
    'accounts with an external id',
    'users where external_id = ? and username_key > ? order by username_key',
    /users_by_external_id \(external_id=\? AND username_key>/,
  ],
  [
    'items',
    'items where owner_id = ? and (created_at, item_id) > (?, ?) order by created_at, item_id',
    /items_by_age \(owner_id=\? AND \(created_at,item_id\)>/,
  ],
  [
    'live sessions',
    'sessions where user_id = ? and ended_at is null and expires_at > ? and idle_expires_at > ? and (created_at, session_id) < (?, ?) order by created_at desc, session_id desc',
    /live_sessions \(user_id=\? AND \(created_at,session_id\)</,
  ],
  [
    'mails that no server has taken',
    'outbox where topic = ? and attempts = 0 and due_at <= ? order by due_at',
    /outbox_by_attempts \(topic=\? AND attempts=\? AND due_at</,
  ],
  [
    'messages that are due',
    'outbox where topic = ? and due_at <= ? order by due_at',
    /outbox_by_due \(topic=\? AND due_at</,
  ],
  ...filters(),
]

/** Every combination of the filters of the audit trail. */
function filters(): [string, string, RegExp][] {
  const accounts = [
    ['user_id', 'audit_events_by_user'],
    ['actor_id', 'audit_events_by_actor'],
    [undefined, 'audit_events_by'],
  ] as const
  const kinds = [true, false]
  const times = ['event_id < ?', undefined]
  return accounts.flatMap(([account, index]) =>
    kinds.flatMap((kind) =>
      times.map((time): [string, string, RegExp] => {
        const conditions = [account && `${account} = ?`, kind && 'kind = ?', time].filter(Boolean)
        const query = conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
        const name = kind ? `${index}${account ? '_and' : ''}_kind` : index
        const searched = [account && `${account}=\\?`, kind && 'kind=\\?'].filter(Boolean)
        const plan = account || kind ? `${name} \\(${searched.join(' AND ')}` : 'audit_events'
        return [
          `events (${conditions.join(', ') || 'all'})`,
          `audit_events ${query} order by event_id desc`,
          new RegExp(plan),
        ]
      }),
    ),
  )
}

describe('a page', () => {
  it.each(lists)('of %s is read along an index, without sorting', (_what, query, plan) => {
    const rows = database.prepare(`explain query plan select * from ${query} limit 51`).all()
    const steps = rows.map(({ detail }) => String(detail))
    expect(steps).toEqual([expect.stringMatching(plan)])
  })
})
