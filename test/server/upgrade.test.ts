/** Projects on one version of the packages are taken to the next one, with their own data, on SQLite and PostgreSQL. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/config/config.ts'
import { type Edit, edited } from '../contract/edited.ts'
import { ask } from '../harness/database.ts'
import { type RunningPostgres, startPostgres } from '../harness/embedded-postgres.ts'
import { type Installation, installation, node24 } from '../harness/installation.ts'
import { type Packages, packedPackages } from '../harness/packed.ts'
import { makeNextVersion } from './next-version.ts'

/** Calls a server as an account. */
type Call = (method: string, path: string, body?: object) => Promise<unknown>

interface Adopter {
  /** Its own table, whose rows refer to accounts. */
  readonly table: string
  readonly write: (call: Call) => Promise<unknown>
  readonly read: (call: Call) => Promise<unknown>
  /** What it reads before the upgrade, and after it. */
  readonly before: unknown
  readonly after: unknown
  /** What the compiler asks after the upgrade, and the answer. */
  readonly decision?: { readonly says: string; readonly edit: Edit }
}

/** By folder in `adopters`. */
const adopters: Readonly<Record<string, Adopter>> = {
  'own-table': {
    table: 'app_notes',
    write: (call) => call('POST', '/notes', { text: 'milk' }),
    read: (call) => call('GET', '/notes'),
    before: ['milk'],
    after: ['milk'],
  },
  'own-field': {
    table: 'app_profiles',
    write: (call) => call('PUT', '/users/me/profile', { text: 'Johnny' }),
    read: (call) => call('GET', '/users/me/profile'),
    before: { username: 'johndoe', nickname: 'Johnny' },
    after: { username: 'johndoe', nickname: 'Johnny' },
  },
  replaced: {
    table: 'app_visits',
    write: (call) => call('GET', '/users/me'),
    read: (call) => call('GET', '/users/me'),
    before: expect.objectContaining({ visits: 2 }),
    after: expect.objectContaining({ visits: 3, version: 1 }),
    decision: {
      says: "Property 'version' is missing",
      edit: ['visits: visit.visits,', 'visits: visit.visits, version: user.version,'],
    },
  },
}

const stores = ['SQLite', 'PostgreSQL'] as const
type StoreName = (typeof stores)[number]

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

let before: Packages
let next: Packages
let nodes: string
let project: Installation
let postgres: RunningPostgres
/** Of before the upgrade, by project and store. */
const tokens = new Map<string, Tokens>()

beforeAll(async () => {
  before = packedPackages()
  next = packedPackages(makeNextVersion)
  postgres = await startPostgres()
  nodes = mkdtempSync(join(tmpdir(), 'tessera-node-24-'))
  project = installation(node24(nodes))
  project.write('package.json', '{ "name": "notes", "private": true, "type": "module" }')
  await project.run(`npm install ${before.tarballOf('server')} ${before.tarballOf('contract')}`)
  await project.run('npm install --save-dev openapi-typescript typescript@5 yaml @types/node')
  for (const [name, adopter] of Object.entries(adopters)) {
    const source = new URL(`adopters/${name}`, import.meta.url)
    cpSync(fileURLToPath(source), join(project.folder, name), { recursive: true })
    await generate(name)
    expect(await compile(name)).toBe('')
    for (const store of stores) await use(name, adopter, store)
  }
  await project.run(`npm install ${next.tarballOf('server')} ${next.tarballOf('contract')}`)
}, 900_000)
afterAll(async () => {
  project[Symbol.dispose]()
  before[Symbol.dispose]()
  next[Symbol.dispose]()
  rmSync(nodes, { recursive: true })
  await postgres.remove()
})

const generate = (name: string) =>
  project.run(`npx tessera-contract generate ${name}/openapi.yaml --out ${name}/generated`)

const options =
  `--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --module nodenext --target esnext
  --allowImportingTsExtensions --resolveJsonModule --skipLibCheck --types node`.replace(/\s+/g, ' ')

/** What the compiler says. */
const compile = (name: string): Promise<string> =>
  project.run(`npx tsc ${options} ${name}/main.ts`).catch(({ stdout }) => String(stdout))

const databaseOf = (name: string, store: StoreName): Database =>
  store === 'SQLite'
    ? { kind: 'sqlite', file: join(project.folder, `${name}.db`) }
    : { kind: 'postgres', url: databaseUrl(name) }

/** The tokens of before have this issuer, too. */
const ISSUER = 'https://notes.example.com'

function settingsOf(name: string, store: StoreName): string {
  const DATABASE_URL = store === 'SQLite' ? `${name}.db` : databaseUrl(name)
  const settings = { ISSUER, DATABASE_URL, SECRET_KEY: 'a secret of the test'.repeat(3) }
  return Object.entries(settings)
    .map(([key, value]) => `${key}='${value}'`)
    .join(' ')
}

const databaseUrl = (name: string) => new URL(`/${name.replace('-', '_')}`, postgres.url).href
const run = (name: string, store: StoreName, command: string) =>
  project.run(`${settingsOf(name, store)} node ${name}/main.ts ${command}`)
const start = (name: string, store: StoreName) =>
  project.start(`${settingsOf(name, store)} node ${name}/main.ts serve`)

async function tokensFor(url: string, form: Record<string, string>): Promise<Tokens> {
  const response = await fetch(`${url}/token`, { method: 'POST', body: new URLSearchParams(form) })
  if (!response.ok) throw new Error(await response.text())
  const tokens: Tokens = JSON.parse(await response.text())
  return tokens
}

const callAs =
  (url: string, { access_token }: Tokens): Call =>
  async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        Authorization: `Bearer ${access_token}`,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(await response.text())
    return response.status === 204 ? undefined : await response.json()
  }

/** Adds accounts and data of its own, and keeps the tokens. */
async function use(name: string, { write, read, before: expected }: Adopter, store: StoreName) {
  if (store === 'PostgreSQL')
    await ask(
      { kind: 'postgres', url: postgres.url },
      `create database ${name.replace('-', '_')} template template0`,
    )
  await run(name, store, 'seed')
  await using server = await start(name, store)
  const login = { username: 'johndoe', password: 'secret123' }
  const granted = await tokensFor(server.url, login)
  tokens.set(`${name} ${store}`, granted)
  await write(callAs(server.url, granted))
  expect(await read(callAs(server.url, granted))).toEqual(expected)
}

describe.each(Object.entries(adopters))('a project with %s', (name, adopter) => {
  it('says that it must generate, before it changes the database [N21]', async () => {
    await expect(start(name, 'SQLite')).rejects.toThrow('has changed since generate')
    const applied = "select name from kysely_migration where name like '%language'"
    expect(await ask(databaseOf(name, 'SQLite'), applied)).toEqual([])
  }, 300_000)

  it('compiles after generate, or the compiler names what it must decide [N21]', async () => {
    await generate(name)
    const { says, edit } = adopter.decision ?? { says: '', edit: undefined }
    const said = await compile(name)
    if (!edit) return expect(said).toBe('')
    expect(
      said
        .trim()
        .split('\n')
        .filter((line) => line.startsWith(name)),
    ).toHaveLength(1)
    expect(said).toContain(says)
    change(`${name}/main.ts`, edit)
    expect(await compile(name)).toBe('')
  }, 300_000)

  it.each(stores)(
    'keeps its data, its tokens and its references on %s [N21]',
    async (store) => {
      await using server = await start(name, store)
      const kept = tokens.get(`${name} ${store}`) ?? { access_token: '', refresh_token: '' }
      const call = callAs(server.url, kept)
      expect(await adopter.read(call)).toEqual(adopter.after)
      const { refresh_token } = kept
      const refreshed = callAs(
        server.url,
        await tokensFor(server.url, { grant_type: 'refresh_token', refresh_token }),
      )
      expect(await refreshed('PATCH', '/users/me', { language: 'nl' })).toMatchObject({
        language: 'nl',
        version: 2,
      })
      await refreshed('POST', '/users/me/deletion', { current_password: 'secret123' })
      const rows = `select * from ${adopter.table}`
      expect(await ask(databaseOf(name, store), rows)).toEqual([])
    },
    300_000,
  )
})

it('an operation of the next version is served once its line is in the contract [N21]', async () => {
  change('own-table/openapi.yaml', [
    '  /notes:',
    "  /greeting: { $ref: '@tessera-oauth/server/openapi.yaml#/paths/~1greeting' }\n  /notes:",
  ])
  await generate('own-table')
  expect(await compile('own-table')).toBe('')
  await using server = await start('own-table', 'SQLite')
  const admin = await tokensFor(server.url, { username: 'admin', password: 'administrator123' })
  expect(await callAs(server.url, admin)('GET', '/greeting')).toEqual({ text: 'Hello, admin!' })
}, 300_000)

const change = (file: string, edit: Edit) =>
  project.write(file, edited(readFileSync(join(project.folder, file), 'utf8'), edit))
