import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { commandDatabase, temporaryFolder, tessera } from '../harness/command.ts'

const hash = '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'

let settings: Record<string, string>
beforeEach(async () => {
  settings = { ...(await commandDatabase()), BCRYPT_COST: '12' }
})

const importing = (input: string, ...options: readonly string[]) =>
  tessera(['user', 'import', '-', ...options], { settings, input })
const list = async () =>
  JSON.parse((await tessera(['user', 'list', '--json'], { settings })).out) as unknown[]

const alice = {
  username: 'alice',
  hashed_password: hash,
  email: 'alice@example.com',
  email_verified: true,
  full_name: 'Alice "Al", Johnson',
  locale: 'pt-BR',
  disabled: true,
  scopes: ['me:read', 'items:read'],
  external_id: '42',
  created_at: '2024-05-01T12:00:00Z',
}
const bob = { username: 'bob', hashed_password: hash, external_id: 43 }
const shown = [
  {
    username: 'alice',
    email: 'alice@example.com',
    email_verified: true,
    full_name: 'Alice "Al", Johnson',
    locale: 'pt-BR',
    disabled: true,
    scopes: ['me:read', 'items:read'],
    created_at: '2024-05-01T12:00:00.000Z',
  },
  { username: 'bob', email_verified: false, disabled: false },
]

describe('tessera user import', () => {
  it.each([
    ['lines of JSON', [alice, bob].map((each) => JSON.stringify(each)).join('\n')],
    ['a JSON list', `\uFEFF\n ${JSON.stringify([alice, bob], null, 2)}\n`],
    [
      'CSV with a header',
      `\uFEFFusername,hashed_password,email,email_verified,full_name,locale,disabled,scopes,external_id,created_at\r\nalice,${hash},alice@example.com,true,"Alice ""Al"", Johnson",pt-BR,true,me:read items:read,42,2024-05-01 14:00:00+02\r\nbob,${hash},,,,,,,43,\r\n`,
    ],
  ])(
    'reads %s, with ids, times, languages and verified addresses [K52, K53, K75, K81]',
    async (_format, text) => {
      expect(await importing(text)).toEqual({ status: 0, out: 'imported 2 users\n', err: '' })
      expect(await list()).toMatchObject(shown)
      const { out } = await tessera(['user', 'show', 'alice'], { settings })
      expect(out).toMatch(/^external id +42$/m)
    },
  )

  it('names the records of a list and the lines of CSV, and all faults of each [K53]', async () => {
    const bad = {
      username: 'a b',
      password_hash: '$1$abc',
      email: 'nowhere',
      full_name: '',
      scopes: ['root'],
      external_id: 'x'.repeat(201),
      created_at: 'yesterday',
      disabled: 'no',
      admin: true,
    }
    const reason = [
      'disabled must be of type boolean',
      'created_at must be a time such as 2024-05-01T12:00:00Z',
      'unknown field admin',
      'a username has 1 to 200 characters, and no spaces or invisible characters',
      'the email is not a valid e-mail address',
      'unsupported hash (MD5-crypt): use bcrypt of cost 4 to 16, Argon2, PBKDF2, scrypt, or a hash of this server',
      'unknown scope: use me:read me:write items:read items:write users:read users:write audit:read',
      'an external id has 1 to 200 characters, and no control characters',
    ].join('; ')
    const failed = await importing(JSON.stringify([alice, bad, 7, {}]), '--json')
    expect(failed).toMatchObject({ status: 1, err: 'tessera: imported nothing: 3 bad records\n' })
    expect(JSON.parse(failed.out)).toEqual({
      imported: 0,
      bad: [
        { record: 2, reason },
        { record: 3, reason: 'not a JSON object' },
        { record: 4, reason: 'username is missing' },
      ],
    })
    const rows = `username,password_hash,full_name\nalice,${hash},"two\nlines"\nbob,${hash}\nCAROL,${hash},\ncarol,${hash},\n`
    expect(await importing(rows, '--skip-bad')).toEqual({
      status: 0,
      out: 'imported 1 user\n',
      err: [
        'line 2: a full name has 1 to 200 characters, and no control characters',
        'line 4: 2 values, where the header has 3',
        'line 6: the username is taken, in the database or earlier in the file',
        '',
      ].join('\n'),
    })
  })

  it('refuses a time in the future, and a list that is cut off [K53]', async () => {
    const late = JSON.stringify([{ ...bob, created_at: '2999-01-01T00:00:00Z' }, alice]).slice(
      0,
      -1,
    )
    expect((await importing(late)).err).toBe(
      [
        'record 1: created_at must be in the past',
        'record 2: the list of accounts is missing or does not end, or something else follows it',
        'tessera: imported nothing: 2 bad records',
        '',
      ].join('\n'),
    )
    expect(await list()).toEqual([])
  })

  it('reads lists that follow each other, and imports nothing if anything else follows one [K53]', async () => {
    const lists = [[alice], [bob]].map((each) => JSON.stringify(each)).join('\n')
    for (const after of ['}', ' garbage {{{', '\n{"username":"carol"}'])
      expect((await importing(lists + after)).err).toBe(
        'record 3: the list of accounts is missing or does not end, or something else follows it\ntessera: imported nothing: 1 bad record\n',
      )
    expect(await list()).toEqual([])
    expect((await importing(lists)).out).toBe('imported 2 users\n')
  })

  it('refuses CSV with a column twice, and lines without line feeds [K53]', async () => {
    expect((await importing(`username,password_hash,password_hash\nzoe,x,${hash}\n`)).err).toBe(
      'line 1: duplicate column password_hash\ntessera: imported nothing: 1 bad line\n',
    )
    expect((await importing(`password_hash,username,email\r${hash},zoe,\r`)).err).toBe(
      'line 1: a carriage return in the header: end lines with a line feed\ntessera: imported nothing: 1 bad line\n',
    )
  })

  it('reads flags that are numbers, and no time that is not a number or a text [K53]', async () => {
    const numbered = (disabled: unknown) =>
      importing(JSON.stringify({ ...bob, username: `bob${disabled}`, disabled }))
    expect((await numbered(1)).status).toBe(0)
    expect((await numbered(0)).status).toBe(0)
    expect((await numbered(2)).err).toMatch(/^line 1: disabled must be of type boolean\n/)
    expect(await list()).toMatchObject([
      { username: 'bob0', disabled: false },
      { username: 'bob1', disabled: true },
    ])
    for (const created_at of [true, [5], {}])
      expect((await importing(JSON.stringify({ ...alice, created_at }))).err).toMatch(
        /^line 1: created_at must be a time such as /,
      )
  })

  it('imports nothing with --dry-run, and checks the same [K53]', async () => {
    await importing(JSON.stringify(bob))
    const text = JSON.stringify([alice, bob])
    const taken = 'record 2: the username is taken, in the database or earlier in the file\n'
    expect(await importing(text, '--dry-run')).toEqual({
      status: 1,
      out: '',
      err: `${taken}tessera: imported nothing: 1 bad record\n`,
    })
    expect(await importing(text, '--dry-run', '--skip-bad')).toEqual({
      status: 0,
      out: 'would import 1 user\n',
      err: taken,
    })
    const { out } = await importing(JSON.stringify([alice]), '--dry-run', '--json')
    expect(JSON.parse(out)).toEqual({ importable: 1, without_password: 0, bad: [] })
    expect(await list()).toMatchObject([{ username: 'bob' }])
  })

  it.each([
    [
      ['--from', 'ldap'],
      'unknown source: use passlib, keycloak, auth0, supabase, django, fastapi-users, firebase',
    ],
    [['--from', 'firebase'], 'give --from firebase and --firebase-project together'],
    [['--firebase-project', 'x'], 'give --from firebase and --firebase-project together'],
    [['--from', 'firebase', '--firebase-project', '/none'], 'cannot read /none'],
  ])('refuses %j [K54]', async (options, reason) => {
    expect(await importing('', ...options)).toEqual({
      status: 1,
      out: '',
      err: `tessera: ${reason}\n`,
    })
  })

  it('says which parameter of Firebase is missing, and which hashes are not of the project [K54]', async () => {
    const file = join(temporaryFolder(), 'project.json')
    const options = ['--from', 'firebase', '--firebase-project', file]
    const project = { base64_signer_key: 'AAAA', base64_salt_separator: 'Bw==', rounds: 8 }
    writeFileSync(file, JSON.stringify(project))
    expect((await importing('{"users":[]}', ...options)).err).toBe(
      'tessera: the parameters of the Firebase project have no mem_cost\n',
    )
    writeFileSync(file, JSON.stringify({ ...project, mem_cost: 14 }))
    const user = { email: 'x@example.com', passwordHash: 'AAAAAAAA', salt: 'AAAA' }
    expect((await importing(JSON.stringify({ users: [user] }), ...options)).err).toMatch(
      /^record 1: unsupported hash of Firebase: it was not made with the parameters of the project\n/,
    )
    expect((await importing('{"members":[]}', ...options)).err).toMatch(
      /^record 1: the list of accounts is missing or does not end, or something else follows it\n/,
    )
  })

  it('names what is missing in an export, and what Keycloak hashed in another way [K54]', async () => {
    const credential = (data: object) => ({
      type: 'password',
      secretData: JSON.stringify({ value: 'AAAA', salt: 'AAAA' }),
      credentialData: JSON.stringify(data),
    })
    const users = [
      { username: 'a', credentials: [credential({ hashIterations: 1, algorithm: 'bcrypt' })] },
      { username: 'b', credentials: [{ type: 'password', secretData: '{', credentialData: '[]' }] },
      { email: 7 },
    ]
    const unsupported = 'unsupported hash of Keycloak: use PBKDF2, or Argon2 of version 1.3'
    expect((await importing(JSON.stringify({ users }), '--from', 'keycloak')).err).toBe(
      [
        `record 1: ${unsupported}`,
        `record 2: ${unsupported}`,
        'record 3: email must be of type string',
        'tessera: imported nothing: 3 bad records',
        '',
      ].join('\n'),
    )
  })
})
