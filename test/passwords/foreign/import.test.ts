import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tessera } from '../../harness/command.ts'
import { databaseOf } from '../../harness/database.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { foreignRecords } from './records.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('an account with a hash of another library', () => {
  it.each(['argon2-cffi', 'pwdlib', 'passlib', 'django', 'werkzeug'] as const)(
    'is imported, logs in, and gets a hash of ours: %s [K50]',
    async (library) => {
      const accounts = foreignRecords[library].map(({ password, hash }, number) => ({
        username: `${library}-${number}`,
        password,
        hash,
      }))
      const lines = accounts.map(({ username, hash }) =>
        JSON.stringify({ username, hashed_password: hash }),
      )
      const settings = { ...databaseOf(server.services), BCRYPT_COST: '13' }
      const imported = await tessera(['user', 'import', '-'], {
        settings,
        input: lines.join('\n'),
      })
      expect(imported).toEqual({ status: 0, out: 'imported 20 users\n', err: '' })
      const wrong = await server.login({ username: `${library}-0`, password: 'another one' })
      expect(wrong.status).toBe(401)
      for (const { username, password } of accounts) {
        expect({ username, status: (await server.login({ username, password })).status }).toEqual({
          username,
          status: 200,
        })
        const stored = await server.services.store.users.byName(username)
        expect(stored?.passwordHash).toMatch(/^hmac-sha384-nfc:none:\$2b\$04\$/)
      }
    },
  )
})
