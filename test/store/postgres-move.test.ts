import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { callAs } from '../harness/call.ts'
import { listening, spawnTessera, temporaryFolder, tessera } from '../harness/command.ts'
import { ask, type TestDatabase, testDatabase } from '../harness/database.ts'
import { refresh, tokens } from '../harness/refreshing.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { loginPair, postForm } from '../harness/token-request.ts'

const ISSUER = 'https://id.example'
let file: string
let target: TestDatabase

beforeEach(async () => {
  file = join(temporaryFolder(), 'tessera.db')
  target = await testDatabase()
  onTestFinished(() => target.drop())
})

const url = () => target.settings.DATABASE_URL ?? ''
const serverOn = (database: string, empty = false): Promise<TestServer> =>
  testServer({
    empty,
    settings: { ISSUER, ...target.settings, DATABASE_URL: database, REFRESH_GRACE_SECONDS: '0' },
  })
const move = (...more: string[]) =>
  tessera(['migrate', '--from', `sqlite:${file}`, ...more], { settings: { DATABASE_URL: url() } })
const names = async () =>
  await ask({ kind: 'postgres', url: url() }, 'select username from users order by username')

describe('tessera migrate --from', () => {
  it('keeps valid tokens and sessions valid, and revoked ones revoked', async () => {
    const before = await serverOn(file)
    const live = await loginPair(before)
    const revoked = await loginPair(before)
    const rotated = await loginPair(before)
    const { refresh_token } = await tokens(refresh(before, rotated.refresh))
    await tokens(refresh(before, refresh_token))
    await callAs(before, live.access)('POST', '/users/me/items', { item_id: 'kept' })
    await postForm(before, '/revoke', { token: revoked.access })
    await before.stop()

    const { out, err, status } = await move()
    expect({ err, status }).toEqual({ err: '', status: 0 })
    expect(out).toMatch(/^users +3 {2}sha256 [0-9a-f]{16}…\n/)
    expect(out).toMatch(/row counts and checksums match\n/)

    const after = await serverOn(url(), true)
    onTestFinished(() => after.stop())
    expect(await (await after.get('/users/me/items', live.access)).text()).toContain('"kept"')
    expect((await after.get('/users/me', revoked.access)).status).toBe(401)
    expect((await refresh(after, live.refresh)).status).toBe(200)
    expect((await refresh(after, rotated.refresh)).status).toBe(400)
    expect((await after.login()).status).toBe(200)
  })

  it('says if SECRET_KEY is not that of the copied signing keys', async () => {
    await (await serverOn(file)).stop()
    const own = target.settings.SECRET_KEY ?? ''
    for (const [SECRET_KEY, to, err] of [
      ['s'.repeat(32), url(), /^SECRET_KEY does not decrypt the copied signing keys/],
      [own, `${file}.copy`, /^$/],
    ] as const) {
      const settings = { DATABASE_URL: to, SECRET_KEY }
      const copied = await tessera(['migrate', '--from', file], { settings })
      expect(copied).toMatchObject({ status: 0, err: expect.stringMatching(err) })
    }
  })

  it('copies tables larger than a batch, and prints the number of rows as JSON', async () => {
    const settings = { DATABASE_URL: file }
    const lines = Array.from({ length: 1_200 }, (_, at) =>
      JSON.stringify({
        username: `user-${at}`,
        password_hash: '$2b$10$JrfzLYy4ZiqUyMHQYxeJ5uG1rnqyCV5OcU4LpZQOXZ9G8Qy3n2N6a',
      }),
    )
    await tessera(['user', 'import', '-'], { settings, input: lines.join('\n') })
    const { out } = await move('--json')
    expect(JSON.parse(out)).toContainEqual({
      table: 'users',
      rows: 1_200,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(await names()).toHaveLength(1_200)
  })

  it('copies nothing while a server has the file open, and everything after it has stopped', async () => {
    const settings = { DATABASE_URL: file, PORT: '0' }
    const server = await listening(['serve'], { settings })
    const from = {
      out: '',
      err: `tessera: copied nothing: ${file} is in use by another process: stop its servers first\n`,
    }
    expect(await move()).toEqual({ ...from, status: 1 })
    expect(await server.end('SIGTERM')).toBe(0)
    expect(await move()).toMatchObject({ err: '', status: 0 })
  })

  it('copies nothing into a database that is not empty', async () => {
    const settings = { DATABASE_URL: file }
    const input = 'correct horse battery\n'
    await tessera(['user', 'add', 'ada'], { settings, input })
    await tessera(['user', 'add', 'bea'], { settings: target.settings, input })
    expect(await move()).toEqual({
      out: '',
      err: 'tessera: copied nothing: the table users is not empty\n',
      status: 1,
    })
    expect(await names()).toEqual([{ username: 'bea' }])
  })

  it.runIf(process.platform === 'linux')(
    'shows the password of the database to no other process [J13]',
    async () => {
      await (await serverOn(file)).stop()
      const child = spawnTessera(['migrate', '--from', file], { settings: { DATABASE_URL: url() } })
      const shown = new Set<string>()
      const ended = once(child, 'close')
      while (child.exitCode === null) {
        const read = readFile(`/proc/${child.pid}/cmdline`, 'utf8')
        shown.add(await read.catch(() => ''))
        await setImmediate()
      }
      await ended
      expect(child.exitCode).toBe(0)
      const arguments_ = [...shown].join('').split('\0')
      expect(arguments_).toContain('--from')
      const { password } = new URL(url())
      expect(password).not.toBe('')
      expect(arguments_.filter((each) => each.includes(password))).toEqual([])
    },
  )

  it('copies to the database of --to, with the password of PGPASSWORD', async () => {
    await (await serverOn(file)).stop()
    const other = join(temporaryFolder(), 'other.db')
    const copy = (from: string, to: string) =>
      tessera(['migrate', '--from', from, '--to', to], { settings: {} })
    expect(await copy(file, other)).toMatchObject({ err: '', status: 0 })
    const { password } = new URL(url())
    vi.stubEnv('PGPASSWORD', password)
    onTestFinished(() => void vi.unstubAllEnvs())
    const withoutPassword = url().replace(`:${password}@`, '@')
    expect(await copy(other, withoutPassword)).toMatchObject({ err: '', status: 0 })
    expect(await names()).toHaveLength(3)
  })

  const shown =
    'contains a password, which the list of processes shows to every user of this machine:'

  it.each([
    [['--from', 'none.db', '--to', 'other.db'], 'no database at none.db'],
    [['--from', 'package.json'], 'set DATABASE_URL to the database to copy to'],
    [['--to', 'other.db'], '--to needs --from'],
    [
      ['--from', 'package.json', '--to', './package.json'],
      '--from names the database to copy to: set DATABASE_URL to a new one',
    ],
    [
      ['--from', 'mysql://x/y', '--to', 'other.db'],
      '--from must be a file path or a postgres:// URL',
    ],
    [
      ['--from', 'none.db', '--to', 'postgres://ada:hidden@db.example/x'],
      `--to ${shown} set DATABASE_URL, and leave out --to`,
    ],
    [
      ['--from', 'postgresql://ada@db.example/x?sslmode=require&password=hid/den', '--to', 'x.db'],
      `--from ${shown} leave it out, and set PGPASSWORD`,
    ],
    [
      ['--from', 'postgres://ada:hid/den@one.example,two.example:5433/x', '--to', 'x.db'],
      `--from ${shown} leave it out, and set PGPASSWORD`,
    ],
    [
      ['--from', 'postgres://ada@db.example/x?%70assword=hidden', '--to', 'x.db'],
      `--from ${shown} leave it out, and set PGPASSWORD`,
    ],
    [
      ['--from', ' postgres://ada:hidden@db.example/x', '--to', 'x.db'],
      `--from ${shown} leave it out, and set PGPASSWORD`,
    ],
    [
      ['--from', 'host=db.example user=ada password=hidden', '--to', 'x.db'],
      `--from ${shown} leave it out, and set PGPASSWORD`,
    ],
    [
      ['--from', 'postgres://ada@db.example/x?sslmod=require', '--to', 'x.db'],
      '--from has the unknown parameter sslmod: use host, port, user, password, application_name, connect_timeout, options, sslmode, sslrootcert, sslcert, sslkey, sslnegotiation, ssl, target_session_attrs, uselibpqcompat',
    ],
  ])('rejects %j [J13]', async (options, fault) => {
    const { out, err, status } = await tessera(['migrate', ...options], { settings: {} })
    expect({ out, err, status }).toEqual({ out: '', err: `tessera: ${fault}\n`, status: 1 })
  })
})
