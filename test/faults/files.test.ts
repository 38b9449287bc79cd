/** The files of the server are damaged, or its SECRET_KEY is another one. */

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

/** A server that has ended in order, and the tokens of a session on it. */
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
  const cutOff = /^tessera: \S+test\.db\.secret holds no secret .*\n$/
  const another = /^tessera: SECRET_KEY, or the \.secret file .*, is not the one .*\n$/
  const missing = /^tessera: the secret .* is not here: put the \.secret file back .*\n$/
  const damages: [string, (secret: string) => void, RegExp][] = [
    ['is empty', (secret) => truncateSync(secret, 0), cutOff],
    ['is cut off', (secret) => truncateSync(secret, 20), cutOff],
    ['is no text', (secret) => writeFileSync(secret, Buffer.alloc(64, 0xff)), another],
    ['is another', (secret) => writeFileSync(secret, randomBytes(32).toString('hex')), another],
    ['is gone', (secret) => rmSync(secret), missing],
  ]

  it('does not start and says why, and nothing is lost when it is put back', async () => {
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

describe('a server with another SECRET_KEY', () => {
  it('does not start and says so, and nothing is lost', async () => {
    const right = { SECRET_KEY: 'r'.repeat(32) }
    const tokens = await ended(right)
    await expectNoStart(file, /^tessera: SECRET_KEY, .* is not the one .*\n$/, {
      SECRET_KEY: 'w'.repeat(32),
    })
    await expectAsBefore(tokens, right)
  }, 60_000)
})

/** Nothing is left of the file but its first page, or less. */
function overwrite(path: string, from: number): void {
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, randomBytes(Math.max(0, statSync(path).size - from)), 0, null, from)
  closeSync(descriptor)
}

describe('a server with a damaged database', () => {
  const other = /^tessera: the database \S+test\.db cannot be opened: .*\n$/
  const malformed = /^tessera: the database \(DATABASE_URL\) is unavailable: .*malformed\n$/
  const damages: [string, () => void, RegExp][] = [
    ['its first bytes are others', () => overwrite(file, 0), other],
    ['its pages are others', () => overwrite(file, 4096), malformed],
    ['it is cut off', () => truncateSync(file, 3 * 4096), malformed],
  ]

  it('does not start and says why, and has what its backup has', async () => {
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

  it('answers 503, or what is true, where that happens while it runs [J4]', async () => {
    const server = await serve(file)
    const john = await registered(server)
    await john.ask('POST', '/users/me/items', { item_id: 'Foo' })
    const other = new DatabaseSync(file)
    other.exec('pragma wal_checkpoint(truncate)')
    overwrite(file, 4096)
    // Whoever has pages in his memory believes them until somebody else has written.
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
