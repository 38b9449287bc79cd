/** The pool on its own: places, statements that are given up, and connections that have died unnoticed. */
import { expect, inject, it, onTestFinished } from 'vitest'
import { connector } from '../../src/store/postgres-connect.ts'
import { createPool, type Pool, type PoolOptions } from '../../src/store/postgres-pool.ts'
import { ask } from '../harness/database.ts'
import { silentProxy } from '../harness/silent-proxy.ts'

/** Not the template: it cannot be copied while connections to it are open. */
const database = new URL('/postgres', inject('postgres')).href
const sql = (text: string) => ask({ kind: 'postgres', url: database }, text)
const sleep = { text: 'select pg_sleep(3600)' }
const one = { text: 'select 1' }

let count = 0

/** Answers within a second are waited for; its backends are found by their name. */
function testPool(options: Partial<PoolOptions> = {}, url = database) {
  count += 1
  const name = `pool_${process.pid}_${count}`
  const given = { max: 3, maxWrites: 1, waitMs: 1_500, answerMs: 1_000, ...options }
  const pool: Pool = createPool(connector(url, { application_name: name }, given.waitMs), given)
  const backends = async () =>
    (await sql(`select pid from pg_stat_activity where application_name = '${name}'`)).map(
      ({ pid }) => Number(pid),
    )
  const terminate = () =>
    sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}'`)
  onTestFinished(async () => {
    await terminate()
    await pool.end()
  })
  return { pool, backends, terminate }
}

async function expectGivenUp(pool: Pool, mayBeCanceled: boolean): Promise<void> {
  const connection = await pool.take('read')
  await expect(connection.query(sleep, mayBeCanceled)).rejects.toThrow('unavailable')
  connection.release(false)
}

it('counts a statement that was given up until its process is gone [J14]', async () => {
  const { pool, backends, terminate } = testPool()
  await Promise.all([expectGivenUp(pool, false), expectGivenUp(pool, false)])
  const third = await pool.take('read')
  await third.query(one, true)
  await expect(pool.take('read')).rejects.toThrow('unavailable')
  // The fourth has looked whether the others are dead.
  await expect.poll(backends).toHaveLength(3)
  third.release(true)
  await terminate()
  const all = await Promise.all([pool.take('read'), pool.take('read'), pool.take('read')])
  for (const connection of all) connection.release(true)
})

it('ends a statement that may be canceled, and replaces its connection [J14]', async () => {
  const { pool, backends } = testPool({ max: 1 })
  await expectGivenUp(pool, true)
  await expect.poll(backends).toEqual([])
  const next = await pool.take('read')
  expect((await next.query(one, true)).rowCount).toBe(1)
  next.release(true)
})

it('leaves to reads what writes may not hold, and admits in order [J14]', async () => {
  const { pool } = testPool({ max: 2, maxWrites: 1 })
  const write = await pool.take('write')
  const order: string[] = []
  const second = pool.take('write').then((connection) => {
    order.push('second write')
    return connection
  })
  const read = await pool.take('read')
  order.push('read')
  write.release(true)
  ;(await second).release(true)
  read.release(true)
  expect(order).toEqual(['read', 'second write'])
})

it('reuses a connection, also one that was given back while others waited', async () => {
  const { pool, backends } = testPool({ max: 1 })
  const first = await pool.take('read')
  const [process] = await backends()
  const waiting = pool.take('read')
  first.release(true)
  ;(await waiting).release(true)
  ;(await pool.take('read')).release(true)
  expect(await backends()).toEqual([process])
})

it('counts an attempt to connect that was given up until it has ended [J14]', async () => {
  const url = new URL(database)
  const proxy = await silentProxy(Number(url.port))
  onTestFinished(() => proxy.close())
  url.port = String(proxy.port)
  const { pool } = testPool({ max: 1 }, url.href)
  const reason = () =>
    pool.take('read').then(
      (connection) => connection.release(true),
      ({ cause }) => cause.message,
    )
  proxy.silence()
  expect(await reason()).toBe('no connection within 1500 ms')
  expect(await reason()).toBe('no connection was free within 1500 ms')
  proxy.resume()
  await expect.poll(reason).toBeUndefined()
})

it('frees the places of connections that were cut unnoticed, once another one answers [J14]', async () => {
  const url = new URL(database)
  const proxy = await silentProxy(Number(url.port))
  onTestFinished(() => proxy.close())
  url.port = String(proxy.port)
  const { pool } = testPool({ max: 2 }, url.href)
  const [first, second] = await Promise.all([pool.take('read'), pool.take('read')])
  proxy.cut()
  for (const connection of [first, second])
    await expect(connection.query(one, true)).rejects.toThrow('unavailable')
  for (const connection of [first, second]) connection.release(false)
  const take = async () => {
    const connection = await pool.take('read').catch(() => undefined)
    const answered = await connection?.query(one, true)
    connection?.release(true)
    return answered?.rowCount
  }
  await expect.poll(take).toBe(1)
})
