import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { commandDatabase, temporaryFolder, tessera } from '../harness/command.ts'
import { testServer } from '../harness/test-server.ts'

const hash = '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'

let settings: Record<string, string>
beforeEach(async () => {
  settings = { ...(await commandDatabase()), BCRYPT_COST: '12' }
})

const importing = (input: string, ...options: readonly string[]) =>
  tessera(['user', 'import', '-', ...options], { settings, input })
const importedOne = { status: 0, out: 'imported 1 user, without a password\n', err: '' }

/** Accounts of each system that log in elsewhere. */
const exports: readonly (readonly [string, text: string, ...options: readonly string[]])[] = [
  ['a line of JSON', '{"username":"zoe"}'],
  ['CSV', 'username,password_hash\nzoe,\n'],
  ['passlib', '{"username":"zoe","hashed_password":null}', '--from', 'passlib'],
  [
    'Keycloak, of another identity provider',
    JSON.stringify({
      users: [
        {
          username: 'zoe',
          credentials: [],
          federatedIdentities: [{ identityProvider: 'google', userId: '1', userName: 'zoe' }],
        },
        { username: 'service-account-api', serviceAccountClientId: 'api', credentials: [] },
      ],
    }),
    '--from',
    'keycloak',
  ],
  [
    'Keycloak, of a directory',
    '{"users":[{"username":"zoe","federationLink":"ldap"}]}',
    '--from',
    'keycloak',
  ],
  ['Auth0', '{"user_id":"google-oauth2|1","username":"zoe"}', '--from', 'auth0'],
  ['Supabase', 'email,encrypted_password\nzoe@example.com,\n', '--from', 'supabase'],
  [
    'Django',
    JSON.stringify([
      { model: 'auth.user', pk: 1, fields: { username: 'zoe', password: '!Kx2fT0' } },
      { model: 'auth.group', pk: 1, fields: { name: 'staff' } },
    ]),
    '--from',
    'django',
  ],
  ['Django, without a hash', 'username,password\nzoe,\n', '--from', 'django'],
  ['fastapi-users', 'email,hashed_password\nzoe@example.com,\n', '--from', 'fastapi-users'],
]

describe('tessera user import', () => {
  it.each(exports)(
    'imports an account without a password, of %s, and says so [K78]',
    async (_system, text, ...options) => {
      expect(await importing(text, ...options)).toEqual(importedOne)
      const list = await tessera(['user', 'list', '--json'], { settings })
      const [{ user_id }] = JSON.parse(list.out)
      const { out } = await tessera(['user', 'show', user_id], { settings })
      expect(out).toMatch(/^password +none$/m)
    },
  )

  it('imports an account without a password, of Firebase, and says so [K78]', async () => {
    const file = join(temporaryFolder(), 'project.json')
    const keys = { base64_signer_key: 'AAAA', base64_salt_separator: 'Bw==' }
    writeFileSync(file, JSON.stringify({ ...keys, rounds: 8, mem_cost: 14 }))
    const user = { email: 'zoe@example.com', providerUserInfo: [{ providerId: 'google.com' }] }
    const text = JSON.stringify({ users: [user] })
    const options = ['--from', 'firebase', '--firebase-project', file]
    expect(await importing(text, ...options)).toEqual(importedOne)
  })

  it('counts those without a password among all, also in JSON and with --dry-run [K78]', async () => {
    const lines = [
      { username: 'alice', password_hash: hash },
      { username: 'bob' },
      { username: 'BOB' },
      { username: 'carol', password_hash: '' },
    ]
    const text = lines.map((line) => JSON.stringify(line)).join('\n')
    const json = ['--json', '--skip-bad']
    const bad = [expect.objectContaining({ line: 3 })]
    const counts = { without_password: 2, bad }
    expect(JSON.parse((await importing(text, ...json, '--dry-run')).out)).toEqual({
      importable: 3,
      ...counts,
    })
    expect((await importing(text, '--skip-bad')).out).toBe(
      'imported 3 users, 2 of them without a password\n',
    )
    const again = `${text}\n{"username":"dave"}`
    expect(JSON.parse((await importing(again, ...json)).out)).toMatchObject({
      imported: 1,
      without_password: 1,
    })
  })
})

describe('a login to an account that was imported without a password', () => {
  it('fails as one with a wrong password, until the command line sets one [K77, K78]', async () => {
    await importing('{"username":"zoe"}')
    const server = await testServer({ settings })
    const login = (password: string) => server.login({ username: 'zoe', password })
    const wrong = await server.login({ username: 'johndoe', password: 'wrong' })
    const without = await login('wrong')
    expect(without.status).toBe(401)
    expect(await without.text()).toBe(await wrong.text())
    const password = 'correct horse battery'
    const input = `${password}\n`
    const set = await tessera(['user', 'password', 'zoe'], { settings, input })
    expect(set.out).toBe('changed the password of zoe\n')
    expect((await login(password)).status).toBe(200)
    await server.stop()
  })
})
