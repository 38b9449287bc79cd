import { hashSync } from 'bcrypt'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { addAccount } from '../harness/accounts.ts'
import { databaseOf } from '../harness/database.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { BCRYPT_COST: '10' } })
})
afterAll(() => server.stop())

const password = 'as FastAPI had it'
const hashOf = async (username: string) =>
  (await server.services.store.users.byName(username))?.passwordHash

describe('a hash of a different system', () => {
  it.each(['$2a$', '$2b$', '$2y$'])(
    'verifies as it is (%s), and is renewed at login [I3]',
    async (form) => {
      const username = `imported-${form.slice(1, 3)}`
      const passwordHash = hashSync(password, 4).replace('$2b$', form)
      await addAccount(server, { username, passwordHash })
      const wrong = await server.login({ username, password: 'another one, as long' })
      await expectOAuthError(wrong, 401, 'invalid_grant')
      expect(await hashOf(username)).toBe(passwordHash)
      for (const _time of [1, 2])
        expect((await server.login({ username, password })).status).toBe(200)
      expect(await hashOf(username)).toMatch(/^hmac-sha384-nfc:none:\$2b\$10\$/)
    },
  )

  it('rejects a password that bcrypt would truncate [I2, I3]', async () => {
    const long = 'x'.repeat(72)
    await addAccount(server, { username: 'long', passwordHash: hashSync(long, 4) })
    const longer = await server.login({ username: 'long', password: `${long}y` })
    await expectOAuthError(longer, 401, 'invalid_grant')
    expect((await server.login({ username: 'long', password: long })).status).toBe(200)
  })

  it('counts bytes, not characters [I2, I3]', async () => {
    const long = 'ä'.repeat(36)
    await addAccount(server, { username: 'umlauts', passwordHash: hashSync(long, 4) })
    const longer = await server.login({ username: 'umlauts', password: `${long}y` })
    await expectOAuthError(longer, 401, 'invalid_grant')
    expect((await server.login({ username: 'umlauts', password: long })).status).toBe(200)
  })

  it('does not treat a long password as the empty one [I2, I3]', async () => {
    await addAccount(server, { username: 'empty', passwordHash: hashSync('', 4) })
    const long = await server.login({ username: 'empty', password: 'x'.repeat(73) })
    await expectOAuthError(long, 401, 'invalid_grant')
  })

  it('is renewed if its cost is lower [I3]', async () => {
    const settings = { BCRYPT_COST: '11', ...databaseOf(server.services) }
    await addAccount(server, { username: 'cheap', password })
    const dearer = await testServer({ settings, empty: true })
    expect((await dearer.login({ username: 'cheap', password })).status).toBe(200)
    expect(await hashOf('cheap')).toMatch(/^hmac-sha384-nfc:none:\$2b\$11\$/)
    await dearer.stop()
  })

  it('accepts all concurrent logins, one of which renews it [I3]', async () => {
    await addAccount(server, { username: 'eager', passwordHash: hashSync(password, 4) })
    const logins = Array.from({ length: 5 }, () => server.login({ username: 'eager', password }))
    expect((await Promise.all(logins)).map(({ status }) => status)).toEqual([
      200, 200, 200, 200, 200,
    ])
    expect(await hashOf('eager')).toMatch(/^hmac-sha384-nfc:none:/)
  })

  it('accepts a login when the queue has no room to renew it, and the next login does [I3]', async () => {
    const busy = await testServer({ empty: true, settings: { HASH_THREADS: '1', HASH_QUEUE: '0' } })
    onTestFinished(() => busy.stop())
    const { hashPool, passwords, store } = busy.services
    const hash = async () => (await store.users.byName('anna'))?.passwordHash
    const passwordHash = hashSync(password, 4)
    await addAccount(busy, { username: 'anna', passwordHash })
    let others: Promise<unknown> | undefined
    const { hash: hashed } = passwords
    passwords.hash = (password) => {
      passwords.hash = hashed
      others = hashPool.run({ kind: 'hash', input: 'x', cost: 12 })
      return hashed(password)
    }
    expect((await busy.login({ username: 'anna', password })).status).toBe(200)
    expect(await hash()).toBe(passwordHash)
    await others
    expect((await busy.login({ username: 'anna', password })).status).toBe(200)
    expect(await hash()).toMatch(/^hmac-sha384-nfc:none:/)
  })

  it('fails the login if renewing it throws [I3]', async () => {
    await addAccount(server, { username: 'broken', passwordHash: hashSync(password, 4) })
    const { users } = server.services.store
    const { rehash } = users
    users.rehash = async () => {
      throw new Error('the disk is full')
    }
    const login = await server.login({ username: 'broken', password })
    users.rehash = rehash
    await expectOAuthError(login, 500, 'server_error')
    expect(server.log()).toContain('the disk is full')
  })

  it('of a system that cut passwords stays until a password of 72 bytes logs in [K57]', async () => {
    const long = `${'x'.repeat(72)} and more`
    const passwordHash = `first-72-bytes:${hashSync(long, 4)}`
    await addAccount(server, { username: 'cut', passwordHash })
    for (const accepted of [long, `${'x'.repeat(72)} or other`]) {
      expect((await server.login({ username: 'cut', password: accepted })).status).toBe(200)
      expect(await hashOf('cut')).toBe(passwordHash)
    }
    expect((await server.login({ username: 'cut', password: 'x'.repeat(71) })).status).toBe(401)
    expect((await server.login({ username: 'cut', password: 'x'.repeat(72) })).status).toBe(200)
    expect(await hashOf('cut')).toMatch(/^hmac-sha384-nfc:none:/)
    expect((await server.login({ username: 'cut', password: long })).status).toBe(401)
  })

  it('is renewed with the scheme of PASSWORD_HASH, in either direction [K55]', async () => {
    await addAccount(server, { username: 'turncoat', passwordHash: hashSync(password, 4) })
    const settings = {
      ...databaseOf(server.services),
      HASH_THREADS: '1',
      PASSWORD_HASH: 'argon2id',
    }
    const other = await testServer({ settings, empty: true })
    onTestFinished(() => other.stop())
    for (const [at, form] of [
      [other, /^hmac-sha384-nfc:none:\$argon2id\$v=19\$m=19456,t=2,p=1\$/],
      [server, /^hmac-sha384-nfc:none:\$2b\$10\$/],
    ] as const) {
      expect((await at.login({ username: 'turncoat', password })).status).toBe(200)
      expect(await hashOf('turncoat')).toMatch(form)
      expect((await at.login({ username: 'turncoat', password: `${password}!` })).status).toBe(401)
    }
  })
})
