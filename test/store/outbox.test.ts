/** Audit events that own code listens to, on both stores: written with their cause, delivered at least once. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AuditEvent } from '../../generated/api.ts'
import { newUser } from '../../src/accounts/new-user.ts'
import { auditEvent } from '../../src/audit/audit.ts'
import { readConfig } from '../../src/config/config.ts'
import { createServer, productOf } from '../../src/create-server.ts'
import { purgeExpired } from '../../src/serving/housekeeping.ts'
import { eventIds } from '../../src/store/event-ids.ts'
import { noOwnData } from '../../src/store/own-data.ts'
import { commandOptions, openStore, type Store } from '../../src/store/store.ts'
import { tessera } from '../harness/command.ts'
import { databaseOf, testDatabase } from '../harness/database.ts'
import { notesOptions } from '../harness/notes.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

async function storeWith(listens: boolean): Promise<Store> {
  const { settings, drop } = await testDatabase()
  onTestFinished(drop)
  const store = openStore(readConfig(settings).database, commandOptions, { ...noOwnData, listens })
  onTestFinished(() => store.close())
  await store.migrate()
  return store
}

const user = (username: string) => newUser({ username, passwordHash: 'x', scopes: [] }, 1000)
// Other tests of the process have made ids of later times.
const newId = eventIds()
const added = ({ userId }: { userId: string }, now = 1000) =>
  auditEvent('command_line', 'user_added', { userId, detail: 'ü' }, now, newId)
const all = (store: Store, now = 1000) => store.outbox.take(now, now + 50, 100)

describe('the outbox', () => {
  it('has a message for each event, written in its transaction, and none if nobody listens [N10]', async () => {
    const store = await storeWith(true)
    const [ada, bea] = [user('ada'), user('bea')]
    const event = added(ada)
    expect(await store.users.add(ada, event)).toBe(true)
    expect(await store.users.add(ada, added(ada))).toBe(false)
    await store.auditEvents.append(added(bea, 1001))
    const failed = store.users.change(ada.userId, 1000, () => {
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    const messages = (await all(store, 2000)).sort((a, b) => a.createdAt - b.createdAt)
    expect(messages.map(({ content: { userId } }) => userId)).toEqual([ada.userId, bea.userId])
    expect(messages[0]).toEqual({
      messageId: event.eventId,
      content: event,
      attempts: 1,
      createdAt: 1000,
    })

    const silent = await storeWith(false)
    await silent.users.add(ada, added(ada))
    await silent.auditEvents.append(added(ada))
    expect(await all(silent)).toEqual([])
  })

  it('has a message for each imported account [N10]', async () => {
    const store = await storeWith(true)
    await store.users.addMany(async (staged) => {
      const users = ['ada', 'bea'].map((name, line) => ({ line, user: user(name) }))
      await staged.stage(users)
      await staged.addAll((userId) => added({ userId }))
    })
    expect(await all(store)).toHaveLength(2)
  })

  it('gives a message to one server at a time, and to the next when the lease has expired [N10]', async () => {
    const store = await storeWith(true)
    const [ada, bea] = [user('ada'), user('bea')]
    for (const each of [ada, bea]) await store.users.add(each, added(each))
    const taken = await Promise.all(Array.from({ length: 4 }, () => all(store)))
    expect(taken.flat()).toHaveLength(2)
    const [first, second] = taken.flat()
    expect(await store.outbox.state(1049)).toEqual({ oldestAt: 1000, isDue: false })
    expect(await store.outbox.state(1050)).toEqual({ oldestAt: 1000, isDue: true })
    await store.outbox.remove(first?.messageId ?? '')
    await store.outbox.retry(second?.messageId ?? '', 5000)
    expect(await all(store, 4999)).toEqual([])
    expect(await store.outbox.take(5000, 5050, 100, 'new')).toEqual([])
    expect(await all(store, 5000)).toEqual([{ ...second, attempts: 2 }])
    expect(await store.outbox.drop(900)).toBe(0)
    expect(await store.outbox.drop(10_000)).toBe(1)
    expect(await store.outbox.state(9000)).toEqual({ oldestAt: undefined, isDue: false })
  })
})

interface Listening {
  readonly server: TestServer
  readonly heard: AuditEvent[]
  readonly cli: ReturnType<typeof createServer>['cli']
}

async function listeningServer(
  settings: Record<string, string> = {},
  fails: (event: AuditEvent) => boolean = () => false,
  hanging: Promise<void> = Promise.resolve(),
): Promise<Listening> {
  const heard: AuditEvent[] = []
  const made = createServer({
    ...notesOptions,
    onEvent: async (event, { db }) => {
      heard.push(event)
      if (event.kind === 'login_failed') await hanging
      if (fails(event)) throw new Error('the mail server is down')
      await db.selectFrom('app_notes').select('note_id').execute()
    },
  })
  const server = await testServer({ product: productOf(made), settings })
  onTestFinished(() => server.stop())
  return { server, heard, cli: made.cli }
}

const kindsOf = (heard: readonly AuditEvent[]) => heard.map(({ kind }) => kind)

describe('onEvent', () => {
  it('is called with each event, those of the command line too [N10]', async () => {
    const { server, heard, cli } = await listeningServer()
    await server.token()
    const settings = databaseOf(server.services)
    await tessera(['user', 'scopes', 'johndoe', 'me:read'], { settings, cli })
    await expect.poll(() => kindsOf(heard).sort()).toEqual(['login', 'user_updated'])
    const [login] = heard.filter(({ kind }) => kind === 'login')
    expect(login).toMatchObject({ origin: 'http', count: 1, event_id: expect.any(String) })
    await expect
      .poll(() => server.services.store.outbox.state(server.services.now()))
      .toEqual({ oldestAt: undefined, isDue: false })
  })

  it('is called with more events than are delivered at once [N10]', async () => {
    const { server, heard } = await listeningServer()
    const { store, now, audit } = server.services
    await Promise.all(
      Array.from({ length: 50 }, () => store.auditEvents.append(audit.event('login', {}))),
    )
    await expect.poll(() => heard.length).toBe(50)
    await expect.poll(() => store.outbox.state(now())).toMatchObject({ oldestAt: undefined })
  })

  it('is called with other events while it hangs with one [N10]', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { server, heard } = await listeningServer({}, () => false, promise)
    await server.login({ password: 'wrong' })
    await expect.poll(() => kindsOf(heard)).toEqual(['login_failed'])
    await server.token()
    await expect.poll(() => kindsOf(heard), { timeout: 10_000 }).toEqual(['login_failed', 'login'])
    resolve()
  })

  it('is called again after a failure, later each time, while others are delivered [N10]', async () => {
    let mayFail = true
    const { server, heard } = await listeningServer(
      {},
      ({ kind }) => mayFail && kind === 'login_failed',
    )
    await server.login({ password: 'wrong' })
    await server.token()
    await expect.poll(() => kindsOf(heard).sort()).toEqual(['login', 'login_failed'])
    await expect.poll(() => server.log()).toContain('the mail server is down')
    const failures = () => heard.filter(({ kind }) => kind === 'login_failed').length
    server.advance(2_000)
    await expect.poll(failures).toBe(2)
    await expect
      .poll(async () => (await server.services.store.outbox.state(server.services.now())).isDue)
      .toBe(false)
    mayFail = false
    server.advance(4_000)
    await expect.poll(failures).toBe(3)
    await expect
      .poll(async () => (await server.services.store.outbox.state(0)).oldestAt)
      .toBeUndefined()
  })

  it('shows the age of the oldest event in the metrics, and gives up after seven days [N10]', async () => {
    const { server } = await listeningServer({ METRICS_PORT: '0' }, () => true)
    await server.token()
    const age = async () => {
      const { text } = server.services.metrics ?? {}
      const [, seconds] = /^tessera_outbox_oldest_seconds (.*)$/m.exec((await text?.()) ?? '') ?? []
      return Number(seconds)
    }
    server.advance(100_000)
    await expect.poll(age).toBeGreaterThanOrEqual(100)
    server.advance(7 * 86_400_000)
    await purgeExpired({
      ...server.services,
      store: { ...server.services.store, clock: async () => undefined },
    })
    expect(server.log()).toContain('events were not delivered for 7 days, and are dropped')
    await expect.poll(age).toBe(0)
  })
})
