/** Two servers change the same rows concurrently, many times: each time, the result is that of one order of the changes. */
import { beforeEach, describe, expect, it } from 'vitest'
import { LastAdministrator, UsernameTaken } from '../../src/store/errors.ts'
import { administratorScope } from '../../src/store/user-row.ts'
import { addAccount, changeAccount, disableAccount, removeAccount } from '../harness/accounts.ts'
import { callAs } from '../harness/call.ts'
import { ask } from '../harness/database.ts'
import { type Replicas, replicas } from '../harness/replicas.ts'
import { testUser } from '../harness/test-user.ts'

const rounds = Array.from({ length: 25 }, (_, at) => at)

let first: Replicas['first']
let second: Replicas['second']
beforeEach(async () => {
  ;({ first, second } = await replicas())
})

const session = (userId: string, sessionId: string) => ({
  sessionId,
  userId,
  clientId: 'tessera',
  scopes: [],
  userAgent: undefined,
  address: undefined,
  createdAt: first.services.now(),
  lastUsedAt: first.services.now(),
  expiresAt: first.services.now() + 60_000,
  idleExpiresAt: first.services.now() + 60_000,
  endedAt: undefined,
  refresh: undefined,
})

const verified = { passwordHash: 'none', version: 1 }

describe('concurrently', () => {
  it('a login and disabling its account leave no session [D7]', async () => {
    const { store, audit, now } = first.services
    for (const at of rounds) {
      const username = `user-${at}`
      const userId = await addAccount(first, { username, passwordHash: 'none' })
      await Promise.all([
        store.sessions.add(
          {
            session: session(userId, username),
            client: undefined,
            maxSessions: 1000,
            event: audit.event('login', { userId }),
          },
          verified,
        ),
        disableAccount(second, username),
      ])
      expect(await store.sessions.page(userId, now(), undefined, 9)).toEqual([])
    }
  })

  it('two administrators cannot both be disabled [I4]', async () => {
    const names = ['ada', 'bea'] as const
    const scopes = [administratorScope]
    const ids: string[] = []
    for (const username of names)
      ids.push(await addAccount(first, { username, scopes, passwordHash: 'none' }))
    await disableAccount(first, 'admin')
    for (const _at of rounds) {
      const outcomes = await Promise.allSettled([
        disableAccount(first, names[0]),
        disableAccount(second, names[1]),
      ])
      const refused = outcomes.filter(({ status }) => status === 'rejected')
      expect(refused).toEqual([expect.objectContaining({ reason: expect.any(LastAdministrator) })])
      for (const username of names) await changeAccount(first, username, { disabled: false })
    }
  })

  it('of two administrators who disable each other, one is rejected as disabled [D7]', async () => {
    const scopes = ['users:read', administratorScope]
    for (const _at of rounds.slice(0, 10)) {
      const [ada, bea] = [await testUser(first, scopes), await testUser(second, scopes)]
      const responses = await Promise.all([
        callAs(first, ada.token)('PATCH', bea.path, { disabled: true }),
        callAs(second, bea.token)('PATCH', ada.path, { disabled: true }),
      ])
      expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 400])
      const { users } = first.services.store
      const both = [await users.byId(ada.userId), await users.byId(bea.userId)]
      expect(both.filter((user) => user?.disabled)).toHaveLength(1)
    }
  })

  it('one of two first keys is added, and one of two later keys stays current [E5]', async () => {
    const { database } = first.services.config
    for (const at of rounds) {
      const key = (kid: string) => ({
        kid: `${kid}-${at}`,
        alg: `alg-${at}`,
        public_jwk: '',
        private_jwe: '',
        created_at: 1,
        signs_from: 1,
        retires_at: null,
      })
      const [one, other] = [first.services.store.signingKeys, second.services.store.signingKeys]
      const current = async () =>
        await ask(
          database,
          `select kid from signing_keys where alg = 'alg-${at}' and retires_at is null`,
        )
      await Promise.all([one.addFirst(key('a'), 9), other.addFirst(key('b'), 9)])
      expect(await current()).toHaveLength(1)
      await Promise.all([one.add(key('c'), 9), other.add(key('d'), 9)])
      expect(await current()).toHaveLength(1)
    }
  })

  it('two accounts cannot get the same username [H4]', async () => {
    await addAccount(first, { username: 'one', passwordHash: 'none' })
    await addAccount(first, { username: 'two', passwordHash: 'none' })
    for (const at of rounds) {
      const name = { username: `name-${at}` }
      const outcomes = await Promise.allSettled([
        changeAccount(first, 'one', name),
        changeAccount(second, 'two', name),
      ])
      const refused = outcomes.filter(({ status }) => status === 'rejected')
      expect(refused).toEqual([expect.objectContaining({ reason: expect.any(UsernameTaken) })])
      const winner = outcomes[0]?.status === 'fulfilled' ? 'one' : 'two'
      await changeAccount(first, name.username, { username: winner })
    }
  })

  it('an item of a deleted owner is not kept', async () => {
    for (const at of rounds) {
      const username = `owner-${at}`
      const ownerId = await addAccount(first, { username, passwordHash: 'none' })
      const item = { ownerId, itemId: 'Foo', title: undefined, description: undefined }
      const [added] = await Promise.all([
        first.services.store.items.add({ ...item, createdAt: 1, version: 1 }),
        removeAccount(second, username),
      ])
      expect(typeof added).toBe('boolean')
      expect(await first.services.store.items.byId(ownerId, 'Foo')).toBeUndefined()
    }
  })

  it('an account cannot get more items than it may have [H9]', async () => {
    const ownerId = await addAccount(first, { username: 'collector', passwordHash: 'none' })
    const maxItems = 5
    const item = { ownerId, title: undefined, description: undefined, createdAt: 1, version: 1 }
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, at) => {
        const { items } = (at % 2 === 0 ? first : second).services.store
        return items.add({ ...item, itemId: `item-${at}` }, maxItems)
      }),
    )
    const added = outcomes.filter(({ status }) => status === 'fulfilled')
    const kept = await first.services.store.items.page(ownerId, undefined, 100)
    expect(kept.length).toBe(added.length)
    expect(kept.length).toBe(maxItems)
  })

  it('two logins of a user clear the count, without a deadlock with failures or each other [H3]', async () => {
    const { services } = first
    const { now, audit } = services
    const until = now() + 60_000
    const login = { resetKeys: ['pair'], address: 'known', addressExpiresAt: until }
    const failure = (at: number) => ({
      keys: ['pair', 'network'],
      keysIfRepeated: ['network'],
      password: { key: 'pair', mac: `${at % 3}` },
      now: now(),
      expiresAt: until,
    })
    for (const at of rounds) {
      await Promise.all([
        ...[first, second].map((each) => each.services.store.attempts.succeed(login)),
        ...[first, second].map((each) =>
          each.services.store.attempts.fail(failure(at), audit.event('login_failed', {})),
        ),
      ])
    }
    await services.store.attempts.succeed(login)
    const left = await ask(
      services.config.database,
      'select key, cast(failures as integer) as failures from attempts',
    )
    expect(left).toEqual([{ key: 'network', failures: 2 * rounds.length }])
  })

  it('every failure is counted [H2]', async () => {
    const now = first.services.now()
    const expiresAt = now + 60_000
    const fail = ({ services: { store, audit } }: Replicas['first'], who: string, mac: string) => {
      const keys = [who, 'name', 'network']
      const password = { key: who, mac }
      const failure = { keys, keysIfRepeated: ['network'], password, now, expiresAt }
      return store.attempts.fail(failure, audit.event('login_failed', {}))
    }
    await Promise.all(
      rounds.flatMap((at) => [
        fail(first, `pair-${at % 5}`, `${at}`),
        fail(second, `pair-${at % 5}`, `${at} too`),
      ]),
    )
    const keys = ['name', 'network', 'pair-0', 'pair-1', 'pair-2', 'pair-3', 'pair-4']
    const { counts } = await second.services.store.attempts.read(keys, 'nowhere', now)
    const failures = keys.map((key) => counts.get(key)?.failures)
    expect(failures).toEqual([50, 50, 10, 10, 10, 10, 10])
  })

  it('requests cannot take more than the budget [H1]', async () => {
    const now = first.services.now()
    for (const at of rounds) {
      const take = ({ services: { store } }: Replicas['first']) =>
        store.attempts.take({ key: `budget-${at}`, limit: 3 }, now, now + 60_000)
      const taken = await Promise.all([first, second, first, second, first].map(take))
      expect(taken.filter((count) => count === undefined)).toHaveLength(3)
    }
  })
})
