/** The handbook's commands for backup, restore and the move to PostgreSQL, run: what was there is there again, and nothing later. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { listening, type RunningCommand, temporaryFolder, tessera } from '../harness/command.ts'
import { ask, postgresSettings } from '../harness/database.ts'
import { postgresTools, startInstalledPostgres } from '../harness/installed-postgres.ts'
import { marked, root } from './files.ts'

/** systemd and the container engine, as far as backups need them. `docker compose exec` runs the command on this machine. */
const standIns = `
tessera() { '${process.execPath}' '${join(root, 'src/start.js')}' "$@"; }
chown() { test "$1" = tessera: && test -e "$2"; }
systemctl() { test "$2" = tessera; }
runuser() { test "$1 $2 $3" = '-u postgres --'; shift 3; "$@"; }
docker() {
  engine=$1; shift
  case $engine in
    exec) test "$1" = tessera; shift; (cd '${root}'; exec "$@") ;;
    cp) cp -p "\${1#tessera:}" "$2" ;;
    run) while test $# -gt 2; do shift; done; test "$1" = -c; sh -c "$2" ;;
    compose) case "$1 $2 \${3-}" in 'exec -T postgres') shift 3; "$@" ;; *) test "$2" = tessera ;; esac ;;
    *) test "$1" = tessera ;;
  esac
}
set -eu
`

let folder: string
let settings: Record<string, string>
beforeEach(() => {
  folder = temporaryFolder()
  mkdirSync(join(folder, 'backup'))
  settings = { DATABASE_URL: join(folder, 'tessera.db'), BCRYPT_COST: '10', PORT: '0' }
})

/** The paths of the handbook, in the folder of the test. */
const here = (text: string): string =>
  text
    .replaceAll('/backup/', `${folder}/backup/`)
    .replaceAll(/\/var\/lib\/tessera\/|(?<=[ :])\/data\//g, `${folder}/`)
    .replaceAll('/etc/tessera', folder)

function run(commands: string, environment: Readonly<Record<string, string>> = {}): string {
  const env = { PATH: `${process.env.PATH}`, ...settings, ...environment }
  const script = standIns + here(commands)
  return execFileSync('sh', ['-c', script], { env, encoding: 'utf8', stdio: 'pipe' })
}

/** The commands of a way to run: the backup, and the restore from `/backup/FILE`. */
function commandsFor(way: string) {
  const [[backup], [restore]] = [marked(`backup: ${way}`), marked(`restore: ${way}`)]
  if (!backup || !restore) throw new Error(`the handbook has no backup or no restore for ${way}`)
  const lines = restore.commands.trim().split('\n')
  const stops = lines.findIndex((line) => /\bstop tessera$/.test(line))
  expect(stops).toBeGreaterThanOrEqual(0)
  expect(lines.at(-1)).toMatch(/\bstart tessera$/)
  return { backup, restore: restore.commands }
}

const password = 'correct horse battery'
const addUser = (name: string) =>
  tessera(['user', 'add', name], { settings, input: `${password}\n` })

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

/** The file that the backup made, under the name from which the handbook restores. */
function rename(ending: 'db' | 'dump'): void {
  const files = readdirSync(join(folder, 'backup'))
  expect(files).toHaveLength(1)
  run(`mv -n /backup/${files[0]} /backup/tessera.${ending}`)
}

/** The session goes on, the password is accepted, and the account from after the backup is unknown. */
async function expectAsBefore(service: Service, before: Token): Promise<void> {
  const { access_token, refresh_token = '' } = before
  const headers = { authorization: `Bearer ${access_token}` }
  expect((await fetch(`${service.url}/users/me`, { headers })).status).toBe(200)
  const refreshed = await token(service, { grant_type: 'refresh_token', refresh_token })
  expect(refreshed.status).toBe(200)
  expect((await token(service, { username: 'johndoe', password })).status).toBe(200)
  expect((await token(service, { username: 'mallory', password })).status).toBe(401)
}

describe('the handbook on SQLite', () => {
  it.each(['sqlite', 'container'])('restores what it backed up: %s', async (way) => {
    const { backup, restore } = commandsFor(way)
    await addUser('johndoe')
    let service = await start()
    const before = await token(service, { username: 'johndoe', password })
    const printed = run(backup.commands)
    const sizeless = (text: string) => text.replace(/\d+ bytes/, 'N bytes')
    if (backup.output) expect(sizeless(printed)).toBe(sizeless(here(backup.output)))
    if (way === 'container') rename('db')

    await addUser('mallory')
    // The log of SQLite stays behind.
    await service.server.end('SIGKILL')
    run(restore)
    service = await start()
    await expectAsBefore(service, before)
  })
})

describe.skipIf(!postgresTools)('the handbook on PostgreSQL, where its tools are installed', () => {
  const tools = postgresTools ?? ''

  it.each(['postgres', 'compose'])(
    'restores what it backed up, though a later version has changed the schema: %s',
    async (way) => {
      const { backup, restore } = commandsFor(way)
      const postgres = await startInstalledPostgres(tools)
      onTestFinished(postgres.remove)
      const url = await tesseraDatabase(postgres.url)
      settings = { ...settings, ...postgresSettings(url.href) }
      run(serviceFile(url))
      const recorded = recordArguments(tools)
      // In the container of PostgreSQL its tools find it without these.
      const socket = { PGHOST: url.hostname, PGPORT: url.port, PGPASSWORD: databasePassword }
      const environment = {
        PATH: `${recorded.path}:${process.env.PATH}`,
        ...(way === 'compose' && socket),
      }
      await addUser('johndoe')
      let service = await start()
      const before = await token(service, { username: 'johndoe', password })

      run(backup.commands, environment)
      rename('dump')
      await addUser('mallory')
      await tessera(['keys', 'rotate', '--now'], { settings })
      const body = new URLSearchParams({ token: before.refresh_token ?? '' })
      await fetch(`${service.url}/revoke`, { method: 'POST', body })
      await service.server.end('SIGTERM')
      await laterMigration(url.href)
      run(restore, environment)
      service = await start()
      await expectAsBefore(service, before)
      expect(recorded.arguments()).toContain('--format=custom')
      expect(recorded.arguments().filter((each) => each.includes(databasePassword))).toEqual([])
    },
    60_000,
  )

  it('creates a database and moves SQLite to it: tokens and sessions stay valid', async () => {
    await addUser('johndoe')
    let service = await start()
    const before = await token(service, { username: 'johndoe', password })
    await service.server.end('SIGTERM')

    const postgres = await startInstalledPostgres(tools)
    onTestFinished(postgres.remove)
    await ask({ kind: 'postgres', url: postgres.url }, createTessera)
    const { hostname, port, username, password: PGPASSWORD } = new URL(postgres.url)
    const admin = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD }
    const environment = { ...admin, PATH: `${tools}:${process.env.PATH}` }
    // `createuser --pwprompt` needs a terminal.
    const [[create], [move]] = [marked('database'), marked('move')]
    const createdb = create?.commands.split('\n').find((line) => line.includes(' createdb '))
    run(`${createdb}`, environment)
    const DATABASE_URL = databaseOf(postgres.url).href
    run(`${move?.commands}`, { ...environment, DATABASE_URL })

    const SECRET_KEY = readFileSync(`${settings.DATABASE_URL}.secret`, 'utf8').trim()
    settings = { ...settings, DATABASE_URL, SECRET_KEY }
    service = await start()
    await expectAsBefore(service, before)
  }, 60_000)
})

/** The user of `compose.yaml`, with a password that is percent-encoded in a URL. */
const databasePassword = 'pass/word#1'
const createTessera = `create role tessera superuser login password '${databasePassword}'`

/** The handbook's commands that write the service file, for this database, which has no TLS. */
function serviceFile({ hostname, port }: URL): string {
  const [file] = marked('service')
  return `${file?.commands}`
    .replace('host=db.example.com', `host=${hostname}\nport=${port}`)
    .replace('password=password', `password=${databasePassword}`)
    .replace(/^ssl.*\n/gm, '')
}

/** A folder with the tools of PostgreSQL that record their arguments. */
function recordArguments(tools: string): { path: string; arguments(): string[] } {
  const [path, record] = [join(folder, 'recorded'), join(folder, 'arguments')]
  mkdirSync(path)
  for (const tool of ['psql', 'pg_dump', 'pg_restore']) {
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> '${record}'\nexec '${join(tools, tool)}' "$@"\n`
    writeFileSync(join(path, tool), script, { mode: 0o755 })
  }
  return { path, arguments: () => readFileSync(record, 'utf8').split('\n') }
}

/** Creates the database of `compose.yaml`. */
async function tesseraDatabase(url: string): Promise<URL> {
  const admin = { kind: 'postgres', url } as const
  await ask(admin, createTessera)
  await ask(admin, "create database tessera owner tessera encoding 'UTF8' template template0")
  return databaseOf(url)
}

function databaseOf(url: string): URL {
  const own = new URL('/tessera', url)
  own.username = 'tessera'
  own.password = databasePassword
  return own
}

/** A table of a later version, which refers to one of ours. */
async function laterMigration(url: string): Promise<void> {
  const database = { kind: 'postgres', url } as const
  await ask(database, 'create table logins (user_id text collate "C" references users)')
  await ask(database, "insert into kysely_migration values ('9999-logins', '2999-01-01')")
}
