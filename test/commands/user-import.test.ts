import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandDatabase, type Outcome, temporaryFolder, tessera } from '../harness/command.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

/** The hash of `secret` by passlib 1.7.4, from FastAPI's tutorial. */
const hash = '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'

let folder: string
let settings: Record<string, string>
beforeEach(async () => {
  folder = temporaryFolder()
  settings = { ...(await commandDatabase()), BCRYPT_COST: '12' }
})

type Line = string | Readonly<Record<string, unknown>>

const textOf = (lines: readonly Line[]) =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')

const importing = (lines: readonly Line[], ...options: readonly string[]): Promise<Outcome> =>
  tessera(['user', 'import', '-', ...options], { input: textOf(lines), settings })

const run = async (...args: readonly string[]) => (await tessera(args, { settings })).out
const names = async () => (await run('user', 'list')).split('\n').map((line) => line.split(' ')[0])

describe('tessera user import', () => {
  it('takes a name with @, also if LOGIN_WITH reads it as an address [K71]', async () => {
    const imported = await tessera(['user', 'import', '-'], {
      input: textOf([{ username: 'bob@example.com', hashed_password: hash }]),
      settings: { ...settings, LOGIN_WITH: 'username,email' },
    })
    expect(imported).toMatchObject({ status: 0, out: 'imported 1 user\n' })
  })

  it('adds the accounts of a file, with one event each [J3]', async () => {
    const file = join(folder, 'users.jsonl')
    const full = {
      username: 'alice',
      hashed_password: hash,
      email: 'alice@example.com',
      full_name: 'Alice\u2028Johnson',
      disabled: true,
      scopes: ['me:read'],
    }
    const spare = {
      username: 'bob',
      password_hash: hash,
      email: null,
      full_name: '"email": \\"," :"email":',
      disabled: null,
    }
    writeFileSync(file, `\uFEFF${textOf([full, '', spare])}`)
    const done = await tessera(['user', 'import', file], { settings })
    expect(done).toEqual({ status: 0, out: 'imported 2 users\n', err: '' })
    const [alice, bob] = JSON.parse(await run('user', 'list', '--json'))
    const { hashed_password: _, ...shown } = full
    expect(alice).toMatchObject(shown)
    expect(bob).toMatchObject({
      disabled: false,
      scopes: ['me:read', 'me:write', 'items:read', 'items:write'],
    })
    const events = (await run('audit', 'tail', '--json')).split('\n').filter(Boolean)
    expect(
      events.map((event) => JSON.parse(event)).map(({ kind, user_id }) => [kind, user_id]),
    ).toEqual([alice.user_id, bob.user_id].sort().map((userId) => ['user_imported', userId]))
  })

  it.each([
    ['nonsense $2b$', 'not JSON'],
    ['[]', 'not a JSON object'],
    [{ username: 'x', password_hash: hash, is_admin: true }, 'unknown field is_admin'],
    [{ username: 'x', password_hash: hash, user_id: 'u_1' }, 'unknown field user_id'],
    [{ password_hash: hash }, 'username is missing'],
    [
      { username: 'x', password_hash: hash, hashed_password: hash },
      'password_hash and hashed_password are both given',
    ],
    [{ username: 'x', password_hash: 'secret' }, /^unsupported hash: use bcrypt/],
    [
      { username: 'x', password_hash: hash.replace('$12$', '$17$') },
      /^unsupported hash \(bcrypt of this form\): /,
    ],
    [
      { username: 'x', password_hash: `hmac-sha384:AAAAAAAA:${hash}` },
      /set the PASSWORD_PEPPER that it was made with$/,
    ],
    [{ username: 'a b', password_hash: hash }, /^a username has 1 to 200/],
    [
      { username: 'x', password_hash: hash, email: 'nowhere' },
      'the email is not a valid e-mail address',
    ],
    [{ username: 'x', password_hash: hash, scopes: ['root'] }, /^unknown scope: use me:read /],
    [{ username: 'x', password_hash: hash, scopes: [7] }, 'scopes must be a list of strings'],
    [{ username: 'x', password_hash: hash, disabled: 'no' }, 'disabled must be of type boolean'],
    [
      { username: 'x', password_hash: hash, full_name: 'x\uD800' },
      /^the username or the profile contains an unpaired surrogate/,
    ],
    [`{"username":"x","password_hash":"${hash}","username":"y"}`, 'duplicate field username'],
    [`{"username":"x","password_hash":"${hash}","user\\u006eame":"x"}`, 'duplicate field username'],
    [{ username: 'GOOD', password_hash: hash }, /^the username is taken/],
  ])('names the line and the reason, and imports nothing: %j', async (line, reason) => {
    const outcome = await importing([{ username: 'good', password_hash: hash }, line], '--json')
    expect(outcome).toMatchObject({ status: 1, err: 'tessera: imported nothing: 1 bad line\n' })
    const expected = typeof reason === 'string' ? reason : expect.stringMatching(reason)
    expect(JSON.parse(outcome.out)).toEqual({
      imported: 0,
      bad: [{ line: 2, reason: expected }],
    })
    expect(await names()).toEqual([''])
    expect(await run('audit', 'tail')).toBe('')
  })

  it('imports the valid lines with --skip-bad, and reports the bad ones', async () => {
    await importing([{ username: 'alice', password_hash: hash }])
    const lines = [
      { username: 'ALICE', password_hash: hash },
      '{',
      { username: 'b', password_hash: hash },
    ]
    expect(await importing(lines, '--skip-bad')).toEqual({
      status: 0,
      out: 'imported 1 user\n',
      err: 'line 1: the username is taken, in the database or earlier in the file\nline 2: not JSON\n',
    })
    expect(await names()).toEqual(['alice', 'b', ''])
  })

  it('repeats no value: a hash may be in the wrong field', async () => {
    const good = { username: hash, password_hash: hash }
    const wrong = ['email', 'full_name', 'password_hash', 'disabled', hash].map((field, at) => ({
      username: `user-${at}`,
      password_hash: hash,
      [field]: `${hash}\n`,
    }))
    const scoped = { username: 'scoped', password_hash: hash, scopes: [hash] }
    const { out, err } = await importing([good, good, ...wrong, scoped])
    expect(err).toMatch(/imported nothing: 7 bad lines\n$/)
    expect(out + err).not.toContain(hash.slice(0, 8))
  })

  it('reports a line over 1 MiB as bad, and continues after it', async () => {
    const long = 'x'.repeat(3 * 1024 * 1024)
    const good = { username: 'good', password_hash: hash }
    expect(await importing([long, good, long], '--skip-bad')).toEqual({
      status: 0,
      out: 'imported 1 user\n',
      err: 'line 1: longer than 1 MiB\nline 3: longer than 1 MiB\n',
    })
  })

  it('records no event if it imports nothing', async () => {
    expect(await importing([])).toEqual({ status: 0, out: 'imported 0 users\n', err: '' })
    expect(await run('audit', 'tail')).toBe('')
  })

  it.each(['none.jsonl', '.'])(
    'says that it cannot read %s, and creates no database',
    async (name) => {
      const file = join(folder, name)
      expect(await tessera(['user', 'import', file], { settings })).toEqual({
        status: 1,
        out: '',
        err: `tessera: cannot read ${file}\n`,
      })
      expect(existsSync(join(folder, 'test.db'))).toBe(false)
    },
  )

  it('reads an empty file', async () => {
    const file = join(folder, 'empty.jsonl')
    writeFileSync(file, '')
    const done = await tessera(['user', 'import', file], { settings })
    expect(done).toEqual({ status: 0, out: 'imported 0 users\n', err: '' })
  })
})

describe('an imported account', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await testServer({ settings })
  })
  afterEach(() => server.stop())

  it.each(['$2a$', '$2b$', '$2y$'])('logs in with its %s hash [I3]', async (prefix) => {
    await importing([{ username: 'alice2', hashed_password: hash.replace('$2b$', prefix) }])
    expect((await server.login({ username: 'alice2', password: 'secret' })).status).toBe(200)
    expect((await server.login({ username: 'alice2', password: 'secreT' })).status).toBe(401)
  })

  it('logs in with a hash that a different server of this kind stored [I3]', async () => {
    const passwordHash = await server.services.passwords.hash('correct horse battery')
    await importing([{ username: 'alice2', password_hash: passwordHash }])
    const form = { username: 'alice2', password: 'correct horse battery' }
    expect((await server.login(form)).status).toBe(200)
  })
})
