import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  listening,
  type RunningCommand,
  spawnTessera,
  temporaryFolder,
  tessera,
} from '../harness/command.ts'
import { ask, postgresSettings } from '../harness/database.ts'
import { postgresTools, startInstalledPostgres } from '../harness/installed-postgres.ts'

let folder: string
let settings: Record<string, string>
beforeEach(() => {
  folder = temporaryFolder()
  settings = { DATABASE_URL: join(folder, 'tessera.db'), BCRYPT_COST: '10', PORT: '0' }
})

const password = 'correct horse battery'
const addUser = (name: string) =>
  tessera(['user', 'add', name], { settings, input: `${password}\n` })

describe('tessera backup', () => {
  it('copies the database to a file that its owner alone can read, and names the secret that is not in it', async () => {
    await addUser('johndoe')
    await tessera(['keys', 'rotate'], { settings })
    const file = join(folder, 'copy.db')
    const { out, err, status } = await tessera(['backup', file], { settings })
    expect({ err, status }).toEqual({ err: '', status: 0 })
    const { size, mode } = statSync(file)
    expect(out).toBe(
      `backed up ${settings.DATABASE_URL} to ${file} (${size} bytes)\n` +
        `its secret is not in it: keep ${settings.DATABASE_URL}.secret in another place\n`,
    )
    expect(mode & 0o777).toBe(0o600)
    const copy = new DatabaseSync(file, { readOnly: true })
    expect(copy.prepare('select username from users').all()).toEqual([{ username: 'johndoe' }])
    expect(copy.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    copy.close()
  })

  it('has all that was committed, and nothing of a transaction that is not, while somebody writes', async () => {
    await addUser('johndoe')
    const writer = new DatabaseSync(settings.DATABASE_URL ?? '')
    writer.exec("begin immediate; update users set username = 'half-done'")
    const file = join(folder, 'copy.db')
    expect((await tessera(['backup', file], { settings })).status).toBe(0)
    writer.exec('rollback')
    writer.close()
    const copy = new DatabaseSync(file, { readOnly: true })
    expect(copy.prepare('select username from users').all()).toEqual([{ username: 'johndoe' }])
    copy.close()
  })

  it('prints the file and its size with --json', async () => {
    await addUser('johndoe')
    const file = join(folder, 'copy.db')
    const { out } = await tessera(['backup', file, '--json'], { settings })
    expect(JSON.parse(out)).toEqual({ file, bytes: statSync(file).size })
  })

  it('writes over nothing', async () => {
    await addUser('johndoe')
    const file = join(folder, 'copy.db')
    writeFileSync(file, 'of somebody')
    const { status, err } = await tessera(['backup', file], { settings })
    expect({ status, err }).toEqual({ status: 1, err: `tessera: ${file} is there already\n` })
    expect(readFileSync(file, 'utf8')).toBe('of somebody')
  })

  it.each([':memory:', '', 'file:copy.db', 'file:copy.db?mode=memory'])(
    'refuses what names no file (%j)',
    async (file) => {
      await addUser('johndoe')
      const failed = await tessera(['backup', file], { settings })
      expect(failed).toMatchObject({ status: 1, out: '' })
      expect(failed.err).toMatch(/^tessera: a backup is a plain file: .*\n$/)
    },
  )

  it('leaves nothing that looks like a backup where it is ended before it is whole', async () => {
    await addUser('johndoe')
    const large = new DatabaseSync(settings.DATABASE_URL ?? '')
    large.exec(`
      create table large (bytes);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
      insert into large select randomblob(100000) from n`)
    large.close()
    const file = join(folder, 'copy.db')
    const running = spawnTessera(['backup', file], { settings })
    const others = () => readdirSync(folder).filter((name) => name.startsWith('copy.db'))
    await expect.poll(others, { interval: 5, timeout: 10_000 }).not.toEqual([])
    const modes = others().map((name) => statSync(join(folder, name)).mode & 0o777)
    expect(new Set(modes)).toEqual(new Set([0o600]))
    running.kill('SIGINT')
    await once(running, 'close')
    expect(existsSync(file)).toBe(false)
    expect((await tessera(['backup', file], { settings })).status).toBe(0)
  })

  it('leaves a PostgreSQL to its own tool', async () => {
    const SECRET_KEY = 'a secret of the tests, thirty-two bytes and more'
    const DATABASE_URL = 'postgres://nobody:hidden@127.0.0.1:1/none'
    const file = join(folder, 'copy.db')
    const ended = await tessera(['backup', file], { settings: { DATABASE_URL, SECRET_KEY } })
    expect(ended).toMatchObject({
      err: 'tessera: a PostgreSQL is backed up by its own pg_dump\n',
      status: 1,
    })
    expect(existsSync(file)).toBe(false)
  })

  it('makes no database, and no backup of what is none', async () => {
    const file = join(folder, 'copy.db')
    const missing = await tessera(['backup', file], { settings })
    expect(missing.err).toMatch(/^tessera: there is no database .*tessera\.db;/)
    writeFileSync(
      settings.DATABASE_URL ?? '',
      'not a database, but a long text of somebody'.repeat(50),
    )
    const failed = await tessera(['backup', file], { settings })
    expect(failed).toMatchObject({ status: 1, out: '' })
    expect(failed.err).toMatch(/^tessera: .*copy\.db cannot be written: file is not a database\n$/)
    expect(existsSync(file)).toBe(false)
  })
})

// ── The README's own words on backing up and restoring, followed ─────────────────────────────────────────────────────

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The commands of the section, a line each. */
function commandsOf(section: string): string[] {
  const readme = readFileSync(join(root, 'src/deploy/README.md'), 'utf8')
  const [, text = ''] = readme.split(`### ${section}\n`)
  const [untilNext = ''] = text.split(/^#{2,3} /m)
  const blocks = [...untilNext.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  return blocks.flatMap(([, lines = '']) => lines.trim().split('\n'))
}

interface Service {
  readonly url: string
  readonly server: RunningCommand
}

async function start(): Promise<Service> {
  const issuer = { ISSUER: 'https://id.example.com' }
  const server = await listening(['serve'], { settings: { ...settings, ...issuer } })
  const [, url = ''] = /^listening on (\S+)$/m.exec(server.out()) ?? []
  return { url, server }
}

interface Token {
  readonly status: number
  readonly access_token?: string
  readonly refresh_token?: string
}

async function token({ url }: Service, form: Record<string, string>): Promise<Token> {
  const body = new URLSearchParams(form)
  const response = await fetch(`${url}/token`, { method: 'POST', body })
  return { status: response.status, ...((await response.json()) as Omit<Token, 'status'>) }
}

describe('the README on backing up', () => {
  it('is right: what was there then is there again, and what came later is not', async () => {
    mkdirSync(join(folder, 'backup'))
    await addUser('johndoe')
    let service = await start()
    const before = await token(service, { username: 'johndoe', password })

    const shell = `
      tessera() { '${process.execPath}' '${join(root, 'src/start.js')}' "$@"; }
      chown() { test "$1" = tessera: && test -e "$2"; }
      set -e\n`
    const there = (line: string) =>
      line.replaceAll('/backup/', `${folder}/backup/`).replaceAll('/var/lib/tessera/', `${folder}/`)
    const run = (line: string) =>
      execFileSync('sh', ['-c', shell + there(line)], {
        env: { PATH: process.env.PATH, ...settings },
      })
    const commands = commandsOf('Back up and restore').filter((line) =>
      /^(tessera|rm|cp|chown|systemctl (stop|start)) (?!src)/.test(line),
    )
    const stop = commands.indexOf('systemctl stop tessera')
    const end = commands.indexOf('systemctl start tessera')
    expect(stop).toBeGreaterThan(0)
    expect(end).toBeGreaterThan(stop)

    commands.slice(0, stop).forEach(run)
    await addUser('mallory')
    await service.server.end('SIGKILL')
    commands.slice(stop + 1, end).forEach(run)
    service = await start()

    await expectAsBefore(service, before)
  })

  it.skipIf(!postgresTools)(
    'is right on a PostgreSQL too, which a later version has changed since, where its tools are installed',
    async () => {
      const tools = postgresTools ?? ''
      const postgres = await startInstalledPostgres(tools)
      onTestFinished(postgres.remove)
      mkdirSync(join(folder, 'backup'))
      settings = { ...settings, ...postgresSettings(postgres.url) }
      await addUser('johndoe')
      let service = await start()
      const before = await token(service, { username: 'johndoe', password })

      const run = (line: string) =>
        execFileSync('sh', ['-c', line.replaceAll('/backup/', `${folder}/backup/`)], {
          env: { PATH: `${tools}:${process.env.PATH}`, ...settings },
        })
      const commands = commandsOf('Back up and restore').filter((line) => /\bpg_|^psql/.test(line))
      expect(commands.map((line) => /pg_\w+|psql/.exec(line)?.[0])).toEqual([
        ...['pg_dump', 'psql', 'pg_restore'],
      ])
      const [dump = '', ...restore] = commands

      run(dump)
      await addUser('mallory')
      await tessera(['keys', 'rotate', '--now'], { settings })
      const body = new URLSearchParams({ token: before.refresh_token ?? '' })
      await fetch(`${service.url}/revoke`, { method: 'POST', body })
      await service.server.end('SIGTERM')
      await laterMigration(postgres.url)
      restore.forEach(run)
      service = await start()
      await expectAsBefore(service, before)
    },
    60_000,
  )
})

/** A table of its own, which refers to one of ours. */
async function laterMigration(url: string): Promise<void> {
  const database = { kind: 'postgres', url } as const
  await ask(database, 'create table logins (user_id text collate "C" references users)')
  await ask(database, "insert into kysely_migration values ('9999-logins', '2999-01-01')")
}

/** His session goes on, he can log in, and she who came later is unknown. */
async function expectAsBefore(service: Service, before: Token): Promise<void> {
  const { access_token, refresh_token = '' } = before
  const headers = { authorization: `Bearer ${access_token}` }
  expect((await fetch(`${service.url}/users/me`, { headers })).status).toBe(200)
  const refreshed = await token(service, { grant_type: 'refresh_token', refresh_token })
  expect(refreshed.status).toBe(200)
  expect((await token(service, { username: 'johndoe', password })).status).toBe(200)
  expect((await token(service, { username: 'mallory', password })).status).toBe(401)
}
