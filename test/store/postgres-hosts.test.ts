/** A URL with several hosts: the first that answers and accepts writes is used. */
import { expect, inject, it, onTestFinished } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { silentProxy } from '../harness/silent-proxy.ts'

const { port: livePort, username, password } = new URL(inject('postgres'))
/** Of hosts on this machine. */
function urlOf(ports: readonly (number | string)[], database = 'template'): string {
  const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',')
  return `postgres://${username}:${password}@${hosts}/${database}?target_session_attrs=read-write`
}

async function clockAt(url: string): Promise<unknown> {
  const store = openStore({ kind: 'postgres', url }, { maxConnections: 1, requestTimeouts: true })
  try {
    return await store.clock()
  } finally {
    await store.close()
  }
}

async function newProxy() {
  const proxy = await silentProxy(Number(livePort))
  onTestFinished(() => proxy.close())
  return proxy
}

it('skips a host that refuses connections [J15]', async () => {
  expect(await clockAt(urlOf([await freePort(), livePort]))).toBeGreaterThan(0)
})

it('does not wait for a host that does not answer [J15]', async () => {
  const mute = await newProxy()
  mute.silence()
  expect(await clockAt(urlOf([mute.port, livePort]))).toBeGreaterThan(0)
})

it('names the host that it is connected to [J15]', async () => {
  const first = await newProxy()
  const options = { maxConnections: 1, requestTimeouts: true }
  const store = openStore({ kind: 'postgres', url: urlOf([first.port, livePort]) }, options)
  onTestFinished(() => store.close())
  await store.clock()
  expect(store.host()).toBe(`127.0.0.1:${first.port}`)
  await first.close()
  await expect.poll(() => store.clock().catch(() => undefined)).toBeGreaterThan(0)
  expect(store.host()).toBe(`127.0.0.1:${livePort}`)
})

it('says what is wrong with each host', async () => {
  const [first, second] = [await freePort(), await freePort()]
  const failed = await clockAt(urlOf([first, second])).catch(({ cause }) => cause.message)
  expect(failed).toMatch(
    new RegExp(`^host 1: .*ECONNREFUSED.*${first}; host 2: .*ECONNREFUSED.*${second}$`),
  )
})

it('numbers the hosts as in the URL, also after another one than the first was used', async () => {
  const second = await newProxy()
  const first = await freePort()
  const url = urlOf([first, second.port])
  const store = openStore({ kind: 'postgres', url }, { maxConnections: 1, requestTimeouts: true })
  onTestFinished(() => store.close())
  expect(await store.clock()).toBeGreaterThan(0)
  await second.close()
  await expect
    .poll(() => store.clock().catch(({ cause }) => cause.message))
    .toMatch(new RegExp(`^host 1: .*${first}; host 2: .*${second.port}$`))
})
