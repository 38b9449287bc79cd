import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../harness/database.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const idsOf = async (userId: string) => {
  const { auditEvents } = server.services.store
  return (await auditEvents.list({ userId, limit: 5000 })).map(({ eventId }) => eventId)
}

describe('append', () => {
  it('adds more events than fit into a statement, in their order [J3]', async () => {
    const { audit, store } = server.services
    const events = Array.from({ length: 4000 }, () => audit.event('access_denied', { userId: 'u' }))
    await store.auditEvents.append(...events)
    const ids = events.map(({ eventId }) => eventId).reverse()
    expect(await idsOf('u')).toEqual(ids)
  })

  it('adds all events of a batch or none: counted events that fail are written again [J3]', async () => {
    const { audit, store } = server.services
    const twice = audit.event('access_denied', { userId: 'u_twice' })
    await store.auditEvents.append(twice)
    const more = Array.from({ length: 1000 }, () =>
      audit.event('access_denied', { userId: 'u_more' }),
    )
    await expect(store.auditEvents.append(...more, twice)).rejects.toThrow()
    expect(await idsOf('u_more')).toEqual([])
  })
})

describe('list', () => {
  it('reads an event that a server of an older version has written, as one event', async () => {
    await ask(
      server.services.config.database,
      `insert into audit_events (event_id, kind, origin, user_id, created_at)
        values ('019b7c2d-3a4e-7c10-9f3a-2b6d1c0e5f47', 'login', 'http', 'u_old', 1767323045678)`,
    )
    const old = await server.services.store.auditEvents.list({ userId: 'u_old', limit: 9 })
    expect(old).toMatchObject([{ kind: 'login', count: 1 }])
  })

  it('merges the events that concern an account with those it caused, newest first, up to the limit', async () => {
    const { audit, store } = server.services
    const [userId, other] = ['u_both', 'u_other']
    const about = [{ userId }, { userId: other, actorId: userId }, { userId }, { userId: other }]
    const events = about.map((each) => audit.event('user_updated', each))
    for (const event of events) await store.auditEvents.append(event)
    const ids = events.slice(0, 3).map(({ eventId }) => eventId)
    expect(await idsOf(userId)).toEqual(ids.toReversed())
    const two = await store.auditEvents.list({ userId, limit: 2 })
    expect(two.map(({ eventId }) => eventId)).toEqual(ids.toReversed().slice(0, 2))
    const [, , oldest] = ids.toReversed()
    const before = ids[1]
    const rest = await store.auditEvents.list({ userId, before, limit: 9 })
    expect(rest.map(({ eventId }) => eventId)).toEqual([oldest])
  })

  it('includes `since` and excludes `until`', async () => {
    const { audit, store, now } = server.services
    const userId = 'u_timed'
    const event = audit.event('login', { userId })
    await store.auditEvents.append(event)
    const at = event.createdAt
    expect(Math.abs(at - now())).toBeLessThan(60_000)
    const counts = await Promise.all(
      [{ since: at }, { since: at + 1 }, { until: at }, { until: at + 1 }].map(
        async (moment) => (await store.auditEvents.list({ userId, ...moment, limit: 9 })).length,
      ),
    )
    expect(counts).toEqual([1, 0, 0, 1])
  })
})

describe('purge', () => {
  it('deletes all events before a time, and no others', async () => {
    const { audit, store } = server.services
    const userId = 'u_purged'
    server.advance(60_000)
    const old = audit.event('login', { userId })
    server.advance(60_000)
    const young = audit.event('login', { userId })
    for (const event of [old, young]) await store.auditEvents.append(event)
    await store.auditEvents.purge(young.createdAt)
    expect(await idsOf(userId)).toEqual([young.eventId])
  })
})
