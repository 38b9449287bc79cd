import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserList } from '../../../generated/api.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { temporaryFolder, tessera } from '../../harness/command.ts'
import { databaseOf } from '../../harness/database.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { foreignRecords } from '../../passwords/foreign/records.ts'

let server: TestServer
let settings: Record<string, string>
beforeAll(async () => {
  server = await testServer()
  settings = { ...databaseOf(server.services), BCRYPT_COST: '12' }
})
afterAll(() => server.stop())

const importing = (input: string, ...options: readonly string[]) =>
  tessera(['user', 'import', '-', ...options], { settings, input })

const { keycloak, firebase, 'firebase parameters': parameters } = foreignRecords
const bcrypts = [...foreignRecords.pwdlib, ...foreignRecords.passlib].filter(({ hash }) =>
  /^\$2[ab]\$04/.test(hash),
)
/** Twenty: some have the same hash. */
const twenty = Array.from({ length: 20 }, (_, at) => ({ at, ...bcrypts[at % bcrypts.length] }))

const csv = (rows: readonly Readonly<Record<string, unknown>>[]) => {
  const names = Object.keys(rows[0] ?? {})
  const quoted = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`
  const lines = rows.map((row) => names.map((name) => quoted(row[name])).join(','))
  return `${[names.join(','), ...lines].join('\r\n')}\r\n`
}

const bcrypt = bcrypts[0]?.hash.replace('$2a$', '$2b$') ?? ''

interface Export {
  readonly text: string
  readonly options?: readonly string[]
  /** In the order of the file. */
  readonly passwords: readonly (string | undefined)[]
  readonly username: (at: number) => string
  readonly externalId: (at: number) => string
  /** The first account, which is disabled. */
  readonly first: object
  readonly createdAt: string
}

const createdAt = '2024-05-01T12:34:56.789Z'
const createdMs = Date.parse(createdAt)

const exports: Readonly<Record<string, () => Export>> = {
  keycloak: () => ({
    text: JSON.stringify(
      {
        realm: 'example',
        roles: { realm: [{ users: ['no account'] }] },
        users: keycloak.map(({ credential }, at) => ({
          id: `8f4c-${at}`,
          createdTimestamp: createdMs,
          username: `kc-${at}`,
          enabled: at > 0,
          emailVerified: at > 0,
          email: `kc-${at}@example.com`,
          firstName: 'Karl',
          lastName: 'Key',
          attributes: { locale: ['de'], phone: ['1'] },
          credentials: [{ type: 'otp', secretData: '{}', credentialData: '{}' }, credential],
          requiredActions: [],
          realmRoles: ['default-roles-example'],
        })),
        clients: [{}],
      },
      null,
      2,
    ),
    passwords: keycloak.map(({ password }) => password),
    username: (at) => `kc-${at}`,
    externalId: (at) => `8f4c-${at}`,
    first: { email: 'kc-0@example.com', full_name: 'Karl Key', locale: 'de' },
    createdAt,
  }),
  auth0: () => ({
    text: twenty
      .map(({ at, hash }) =>
        JSON.stringify({
          _id: { $oid: `6042${String(at).padStart(2, '0')}c43519d90068f82973` },
          email_verified: at > 0,
          email: `auth0-${at}@example.com`,
          passwordHash: hash,
          password_set_date: { $date: '2021-03-05T16:35:16.775Z' },
          tenant: 'dev-example',
          connection: 'Username-Password-Authentication',
          _tmp_is_unique: true,
          ...(at === 0 && { blocked: true, name: 'Ann Auth' }),
        }),
      )
      .join('\n'),
    passwords: twenty.map(({ password }) => password),
    username: (at) => `auth0-${at}@example.com`,
    externalId: (at) => `auth0|6042${String(at).padStart(2, '0')}c43519d90068f82973`,
    first: { email: 'auth0-0@example.com', full_name: 'Ann Auth' },
    createdAt: new Date(0x604200c4 * 1000).toISOString(),
  }),
  supabase: () => ({
    text: csv(
      twenty.map(({ at, hash }) => ({
        instance_id: '00000000-0000-0000-0000-000000000000',
        id: `5b1e-${at}`,
        email: `supa-${at}@example.com`,
        encrypted_password: hash,
        email_confirmed_at: at === 0 ? '' : '2024-05-01 12:35:00+00',
        created_at: '2024-05-01 12:34:56.789+00',
        banned_until:
          at === 0 ? '2999-01-01 00:00:00+00' : at === 1 ? '2020-01-01 00:00:00+00' : '',
        deleted_at: '',
        phone: '',
        raw_user_meta_data:
          at === 0 ? '{"name": "Sue ""S"" Base"}'.replaceAll('""', '\\"') : '{"name": 7',
      })),
    ),
    passwords: twenty.map(({ password }) => password),
    username: (at) => `supa-${at}@example.com`,
    externalId: (at) => `5b1e-${at}`,
    first: { email: 'supa-0@example.com', full_name: 'Sue "S" Base' },
    createdAt,
  }),
  django: () => ({
    text: JSON.stringify([
      { model: 'auth.group', pk: 1, fields: { name: 'staff' } },
      ...foreignRecords.django.map(({ hash }, at) => ({
        model: 'auth.user',
        pk: at + 1,
        fields: {
          password: hash,
          last_login: null,
          is_superuser: true,
          username: `dj-${at}`,
          first_name: 'Django',
          last_name: '',
          email: '',
          is_staff: true,
          is_active: at > 0,
          date_joined: createdAt,
          groups: [],
        },
      })),
    ]),
    passwords: foreignRecords.django.map(({ password }) => password),
    username: (at) => `dj-${at}`,
    externalId: (at) => `${at + 1}`,
    first: { full_name: 'Django' },
    createdAt,
  }),
  'fastapi-users': () => ({
    text: csv(
      foreignRecords.pwdlib.map(({ hash }, at) => ({
        id: `c0ffee-${at}`,
        email: `fu-${at}@example.com`,
        hashed_password: hash,
        is_active: at === 0 ? 'f' : 't',
        is_superuser: 'f',
        is_verified: at === 0 ? 'f' : 't',
        full_name: at === 0 ? 'Fay Fast' : '',
        created_at: createdAt,
      })),
    ),
    passwords: foreignRecords.pwdlib.map(({ password }) => password),
    username: (at) => `fu-${at}@example.com`,
    externalId: (at) => `c0ffee-${at}`,
    first: { email: 'fu-0@example.com', full_name: 'Fay Fast' },
    createdAt,
  }),
  firebase: () => {
    const file = join(temporaryFolder(), 'project.txt')
    writeFileSync(
      file,
      `hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: ${parameters.signer_key},\n  base64_salt_separator: ${parameters.salt_separator},\n  rounds: ${parameters.rounds},\n  mem_cost: ${parameters.mem_cost},\n}\n`,
    )
    return {
      options: ['--firebase-project', file],
      text: JSON.stringify({
        users: firebase.map(({ salt, passwordHash }, at) => ({
          localId: `Fb${at}`,
          email: `fb-${at}@example.com`,
          emailVerified: at > 0,
          passwordHash,
          salt,
          displayName: 'Fred Fire',
          lastSignedInAt: '1714566896789',
          createdAt: String(createdMs),
          disabled: at === 0,
          providerUserInfo: [],
        })),
      }),
      passwords: firebase.map(({ password }) => password),
      username: (at) => `fb-${at}@example.com`,
      externalId: (at) => `Fb${at}`,
      first: { email: 'fb-0@example.com', full_name: 'Fred Fire' },
      createdAt,
    }
  },
}

describe('tessera user import --from', () => {
  it.each(Object.keys(exports))(
    '%s: twenty accounts log in, and keep their ids, times, states and verified addresses [K50, K52, K54, K75]',
    async (from) => {
      const { text, options = [], passwords, ...expected } = (exports[from] as () => Export)()
      const imported = await importing(text, '--from', from, ...options)
      expect(imported).toEqual({ status: 0, out: 'imported 20 users\n', err: '' })
      for (const [at, password = ''] of passwords.entries()) {
        const username = expected.username(at)
        const { status } = await server.login({ username, password })
        expect({ at, status }).toEqual({ at, status: at === 0 ? 400 : 200 })
      }
      const token = await server.token({ username: 'admin', password: 'administrator123' })
      const admin = callAs(server, token)
      for (const at of [0, 19]) {
        const id = encodeURIComponent(expected.externalId(at))
        const { items } = await jsonOf<UserList>(admin('GET', `/users?external_id=${id}`))
        expect(items).toMatchObject([
          {
            username: expected.username(at),
            disabled: at === 0,
            email_verified: at > 0 && from !== 'django',
            created_at: at === 0 ? expected.createdAt : expect.any(String),
            scopes: ['me:read', 'me:write', 'items:read', 'items:write'],
            ...(at === 0 && expected.first),
          },
        ])
      }
    },
  )

  it.each([
    ['passlib', { username: 'cut-passlib', hashed_password: bcrypt }],
    ['auth0', { username: 'cut-auth0', passwordHash: bcrypt }],
    ['supabase', { email: 'cut-supabase', encrypted_password: bcrypt }],
    ['django', { username: 'cut-django', password: `bcrypt$${bcrypt}` }],
    ['fastapi-users', { username: 'cut-fastapi-users', hashed_password: bcrypt }],
  ])('%s: bcrypt counts the first 72 bytes only, as there [K57]', async (from, account) => {
    const text = JSON.stringify([
      { ...account, ...('email' in account && { email: `${account.email}@x.org` }) },
    ])
    expect(await importing(text, '--from', from)).toMatchObject({ status: 0 })
    const username = 'email' in account ? `${account.email}@x.org` : account.username
    const stored = await server.services.store.users.byName(username)
    expect(stored?.passwordHash).toMatch(/^first-72-bytes:(bcrypt\$)?\$2b\$04\$/)
  })

  it('without it, bcrypt does not match a password that it would cut [I2, K57]', async () => {
    const text = JSON.stringify({ username: 'whole', hashed_password: bcrypt })
    expect(await importing(text)).toMatchObject({ status: 0 })
    const stored = await server.services.store.users.byName('whole')
    expect(stored?.passwordHash).toBe(bcrypt)
  })
})
