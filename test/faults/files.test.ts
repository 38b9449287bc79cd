/** The files of the server are damaged, or its SECRET_KEY has changed. */

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { defectsOf } from './fault-database.ts'
import { serve, type Tokens } from './fault-server.ts'
import { as, expectNoStart, registered } from './johndoe.ts'

let file: string
beforeEach(() => {
  file = join(temporaryFolder(), 'test.db')
})

/** Starts a server, logs in and stops it. Returns the tokens. */
async function ended(more: Record<string, string> = {}): Promise<Tokens> {
  const server = await serve(file, more)
  const { ask, tokens } = await registered(server)
  expect(await ask('POST', '/users/me/items', { item_id: 'Foo' })).toMatchObject({ status: 201 })
  expect(await server.end('SIGTERM')).toBe(0)
  return tokens
}

async function expectAsBefore(tokens: Tokens, more: Record<string, string> = {}): Promise<void> {
  const john = as(await serve(file, more), tokens)
  expect(await john.items()).toEqual(['Foo'])
}

describe('a server with a damaged secret', () => {
  const cutOff = /^tessera: \S+test\.db\.secret does not contain a secret .*\n$/
  const another = /^tessera: SECRET_KEY, or the \.secret file .*, does not decrypt .*\n$/
  const missing = /^tessera: the secret .* is missing: restore the \.secret file .*\n$/
  const damages: [string, (secret: string) => void, RegExp][] = [
    ['is empty', (secret) => truncateSync(secret, 0), cutOff],
    ['is cut off', (secret) => truncateSync(secret, 20), cutOff],
    ['is not a text', (secret) => writeFileSync(secret, Buffer.alloc(64, 0xff)), another],
    ['has changed', (secret) => writeFileSync(secret, randomBytes(32).toString('hex')), another],
    ['is gone', (secret) => rmSync(secret), missing],
  ]

  it('does not start and reports the cause; nothing is lost when the secret is restored', async () => {
    const tokens = await ended()
    const secret = readFileSync(`${file}.secret`)
    for (const [what, damage, line] of damages) {
      damage(`${file}.secret`)
      await expectNoStart(file, line, {}, what)
    }
    expect(existsSync(`${file}.secret`)).toBe(false)
    writeFileSync(`${file}.secret`, secret)
    await expectAsBefore(tokens)
  }, 60_000)
})

describe('a server with a different SECRET_KEY', () => {
  it('does not start and reports it, and nothing is lost', async () => {
    const right = { SECRET_KEY: 'r'.repeat(32) }
    const tokens = await ended(right)
    await expectNoStart(file, /^tessera: SECRET_KEY, .* does not decrypt .*\n$/, {
      SECRET_KEY: 'w'.repeat(32),
    })
    await expectAsBefore(tokens, right)
  }, 60_000)
})

/** Overwrites the file from `from` on with random bytes. */
function overwrite(path: string, from: number): void {
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, randomBytes(Math.max(0, statSync(path).size - from)), 0, null, from)
  closeSync(descriptor)
}

describe('a server with a damaged database', () => {
  const other = /^tessera: the database \S+test\.db cannot be opened: .*\n$/
  const malformed = /^tessera: the database \(DATABASE_URL\) is unavailable: .*malformed\n$/
  const damages: [string, () => void, RegExp][] = [
    ['its first page is overwritten', () => overwrite(file, 0), other],
    ['its other pages are overwritten', () => overwrite(file, 4096), malformed],
    ['it is cut off', () => truncateSync(file, 3 * 4096), malformed],
  ]

  it('does not start and reports the cause; a backup restores it', async () => {
    const tokens = await ended()
    const backup = `${file}.backup`
    const settings = { DATABASE_URL: file }
    expect(await tessera(['backup', backup], { settings })).toMatchObject({ status: 0 })
    for (const [what, damage, line] of damages) {
      damage()
      await expectNoStart(file, line, {}, what)
      for (const log of ['-wal', '-shm']) rmSync(`${file}${log}`, { force: true })
      copyFileSync(backup, file)
    }
    await expectAsBefore(tokens)
    expect(defectsOf(file)).toEqual([])
  }, 60_000)

  it('returns 503 or correct data, if the damage happens at run time [J4]', async () => {
    const server = await serve(file)
    const john = await registered(server)
    await john.ask('POST', '/users/me/items', { item_id: 'Foo' })
    const other = new DatabaseSync(file)
    other.exec('pragma wal_checkpoint(truncate)')
    overwrite(file, 4096)
    // A connection uses its cached pages until another connection has written.
    other.exec('pragma user_version = 1')
    other.close()
    const statuses = new Set<number>()
    const addingTo = async (path: string, method = 'GET', json?: object) =>
      statuses.add((await john.ask(method, path, json)).status)
    for (let n = 0; n < 20; n++) {
      await addingTo('/users/me')
      await addingTo('/users/me/items')
      await addingTo('/users/me/items', 'POST', { item_id: `item-${n}` })
      await addingTo('/users/me/sessions')
    }
    expect(statuses).toContain(503)
    expect([...statuses].filter((status) => ![200, 201, 503].includes(status))).toEqual([])
    const forged = { ...john.tokens, access: `${john.tokens.access.slice(0, -8)}AAAAAAAA` }
    expect(await as(server, forged).ask('GET', '/users/me')).toMatchObject({ status: 401 })
    expect(await server.end('SIGTERM')).toBe(0)
  }, 60_000)
})
