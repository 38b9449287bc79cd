/** Two servers change the same thing at the same moment, again and again: each time, one of them came first. */
import { beforeEach, describe, expect, it } from 'vitest'
import { LastAdministrator, UsernameTaken } from '../../src/store/conflicts.ts'
import { administratorScope } from '../../src/store/user-row.ts'
import { addAccount, changeAccount, disableAccount, removeAccount } from '../harness/accounts.ts'
import { callAs } from '../harness/call.ts'
import { ask } from '../harness/database.ts'
import { type Replicas, replicas } from '../harness/replicas.ts'
import { somebody } from '../harness/somebody.ts'

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

const verified = { passwordHash: 'none', client: undefined }

describe('at the same moment', () => {
  it('D7 nobody logs in with an account that is disabled', async () => {
    const { store, audit, now } = first.services
    for (const at of rounds) {
      const username = `user-${at}`
      const userId = await addAccount(first, { username, passwordHash: 'none' })
      await Promise.all([
        store.sessions.add(session(userId, username), verified, audit.event('login', { userId })),
        disableAccount(second, username),
      ])
      expect(await store.sessions.page(userId, now(), undefined, 9)).toEqual([])
    }
  })

  it('I4 two administrators cannot disable each other, and the last one stays', async () => {
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

  it('D7 of two administrators who disable each other one is refused, as disabled', async () => {
    const scopes = ['users:read', administratorScope]
    for (const _at of rounds.slice(0, 10)) {
      const [ada, bea] = [await somebody(first, scopes), await somebody(second, scopes)]
      const answers = await Promise.all([
        callAs(first, ada.token)('PATCH', bea.path, { disabled: true }),
        callAs(second, bea.token)('PATCH', ada.path, { disabled: true }),
      ])
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400])
      const { users } = first.services.store
      const both = [await users.byId(ada.userId), await users.byId(bea.userId)]
      expect(both.filter((user) => user?.disabled)).toHaveLength(1)
    }
  })

  it('E5 one first key is made, and of the keys that follow one lasts', async () => {
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
      const lasting = async () =>
        await ask(
          database,
          `select kid from signing_keys where alg = 'alg-${at}' and retires_at is null`,
        )
      await Promise.all([one.addFirst(key('a'), 9), other.addFirst(key('b'), 9)])
      expect(await lasting()).toHaveLength(1)
      await Promise.all([one.add(key('c'), 9), other.add(key('d'), 9)])
      expect(await lasting()).toHaveLength(1)
    }
  })

  it('H4 two accounts cannot get one name', async () => {
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

  it('an item is added, or its owner was gone', async () => {
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

  it('H3 the last two logins of an account forget what was counted for it', async () => {
    const { now } = first.services
    const until = now() + 60_000
    const login = { reset: 'pair', release: ['name'], address: 'known', addressExpiresAt: until }
    const budgets = ['pair', 'name'].map((key) => ({ key, limit: 10 }))
    const servers = [first, second]
    for (const _at of rounds) {
      for (const { services } of servers)
        await services.store.attempts.reserve(budgets, now(), until)
      await Promise.all(servers.map(({ services }) => services.store.attempts.succeed(login)))
      expect(await ask(first.services.config.database, 'select * from attempts')).toEqual([])
    }
  })

  it('H2 failures are reserved and given back, and none gets lost', async () => {
    const budgets = (who: string) => [who, 'name', 'address'].map((key) => ({ key, limit: 1000 }))
    const until = first.services.now() + 60_000
    const attempt = async ({ services }: Replicas['first'], who: string) => {
      const { attempts } = services.store
      await attempts.reserve(budgets(who), services.now(), until)
      await attempts.release([who, 'name', 'address'])
      await attempts.reserve(budgets(who), services.now(), until)
    }
    const servers = [first, second]
    await Promise.all(
      rounds.flatMap((at) => servers.map((each) => attempt(each, `pair-${at % 5}`))),
    )
    const { attempts } = first.services.store
    const now = first.services.now()
    const usedUp = async (limit: number) =>
      await attempts.reserve([{ key: 'address', limit }], now, until)
    expect(await usedUp(2 * rounds.length)).toBeDefined()
    expect(await usedUp(2 * rounds.length + 1)).toBeUndefined()
  })
})
