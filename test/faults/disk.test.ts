/** The disk is full, the file is read-only, or a different process has locked it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../harness/command.ts'
import { canLimit, canMount, smallDisk, stopGrowth } from './disks.ts'
import { defectsOf } from './fault-database.ts'
import { ask, type FaultServer, type HttpResponse, serve } from './fault-server.ts'
import {
  as,
  expectNoStart,
  expectUnavailable,
  type Johndoe,
  johndoe,
  loggedIn,
  login,
  registered,
} from './johndoe.ts'

/** Adds items until one is rejected. Returns the acknowledged ones. */
async function addUntilRefused(john: Johndoe): Promise<{ added: string[]; refusal: HttpResponse }> {
  const added: string[] = []
  for (;;) {
    const item_id = `item-${added.length}`
    const refusal = await john.ask('POST', '/users/me/items', { item_id })
    if (refusal.status !== 201) return { added, refusal }
    added.push(item_id)
  }
}

/** During the fault, writes are rejected and not applied, and reads succeed; afterwards everything succeeds. */
async function expectFaultSurvived(
  server: FaultServer,
  file: string,
  begin: () => (() => void) | Promise<() => void>,
): Promise<void> {
  const john = await registered(server)
  const other = await loggedIn(server)
  const revoke = () => ask(server.url, 'POST', '/revoke', { form: { token: other.tokens.refresh } })
  const end = await begin()
  const { added, refusal } = await addUntilRefused(john)
  expectUnavailable(refusal)
  expectUnavailable(await login(server))
  expectUnavailable(
    await ask(server.url, 'POST', '/token', { form: { ...johndoe, password: 'x' } }),
  )
  expectUnavailable(await revoke())
  expectUnavailable(
    await ask(server.url, 'POST', '/revoke', { form: { token: john.tokens.access } }),
  )
  for (const each of [john, other])
    expect(await each.ask('GET', '/users/me')).toMatchObject({ status: 200 })
  expect(await ask(server.url, 'GET', '/users/me', { token: 'x' })).toMatchObject({ status: 401 })
  expect(await john.items()).toEqual(added)

  await end()
  const last = await john.ask('POST', '/users/me/items', { item_id: 'last' })
  expect(last).toMatchObject({ status: 201 })
  expect(await revoke()).toMatchObject({ status: 200 })
  expect(await other.ask('GET', '/users/me')).toMatchObject({ status: 401 })
  await loggedIn(server)
  await server.end('SIGKILL')
  const again = await serve(file)
  expect(defectsOf(file)).toEqual([])
  expect(await as(again, john.tokens).items()).toEqual([...added, 'last'])
  expect(await as(again, other.tokens).ask('GET', '/users/me')).toMatchObject({ status: 401 })
}

/** Locks the file in a different process. Returns a function that unlocks it. */
async function lock(file: string, sql: string): Promise<() => Promise<void>> {
  const program = `
    const { DatabaseSync } = require('node:sqlite')
    const database = new DatabaseSync(${JSON.stringify(file)})
    database.exec(${JSON.stringify(sql)})
    console.log('locked')
    process.stdin.on('end', () => database.close()).resume()`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return async () => {
    child.stdin.end()
    await once(child, 'close')
  }
}

describe('a server whose disk is full', () => {
  it.skipIf(!canMount)(
    'rejects writes, serves reads, and recovers [J4]',
    async () => {
      const disk = smallDisk()
      const file = join(disk.folder, 'test.db')
      const server = await serve(file)
      await expectFaultSurvived(server, file, () => {
        disk.fill()
        return disk.clear
      })
    },
    60_000,
  )

  it.skipIf(!canLimit)(
    'rejects writes, serves reads, and recovers, if its files may not grow [J4]',
    async () => {
      const file = join(temporaryFolder(), 'test.db')
      const server = await serve(file)
      await expectFaultSurvived(server, file, () => stopGrowth(server.pid, `${file}-wal`))
    },
    60_000,
  )

  it.skipIf(!canMount)(
    'does not start and reports the cause, if it has to create its files',
    async () => {
      const disk = smallDisk()
      const file = join(disk.folder, 'test.db')
      disk.fill()
      await expectNoStart(file, /^tessera: .*DATABASE_URL.*: database or disk is full\n$/)
      disk.clear()
      await registered(await serve(file))
    },
    60_000,
  )

  it.skipIf(!canMount)(
    'starts and serves reads, if its files exist',
    async () => {
      const disk = smallDisk()
      const file = join(disk.folder, 'test.db')
      const server = await serve(file)
      const john = await registered(server)
      await server.end('SIGKILL')
      disk.fill()
      const again = await serve(file)
      const { added, refusal } = await addUntilRefused(as(again, john.tokens))
      expectUnavailable(refusal)
      expect(await as(again, john.tokens).items()).toEqual(added)
      disk.clear()
      await loggedIn(again)
    },
    60_000,
  )
})

describe('a server whose disk is read-only', () => {
  it.skipIf(!canMount)(
    'does not start, and names the file',
    async () => {
      const disk = smallDisk()
      const file = join(disk.folder, 'test.db')
      await (await serve(file)).end('SIGTERM')
      disk.readOnly()
      await expectNoStart(
        file,
        /^tessera: the database \S+test\.db cannot be opened: .*read-only.*\n$/,
      )
    },
    60_000,
  )
})

describe('a server whose database a different process has locked', () => {
  it('rejects writes, serves reads, and recovers [J4]', async () => {
    const file = join(temporaryFolder(), 'test.db')
    const server = await serve(file)
    await expectFaultSurvived(server, file, () => lock(file, 'begin exclusive'))
  }, 60_000)

  it('does not start and reports the cause; starts after the lock is released', async () => {
    const file = join(temporaryFolder(), 'test.db')
    await (await serve(file)).end('SIGTERM')
    const unlock = await lock(file, 'pragma locking_mode = exclusive; begin exclusive')
    await expectNoStart(
      file,
      /^tessera: the database \(DATABASE_URL\) is busy: another process .*\n$/,
    )
    await unlock()
    await registered(await serve(file))
  }, 60_000)
})
