import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { converse } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { LOG_LEVEL: 'silent', CHECK_REPLIES: 'off' } })
})
afterAll(() => server.stop())

/** In MiB. */
function heap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const body = 'username=johndoe'
const get = (type: string) => `GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n\r\n`
const post = (type: string) =>
  `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const last = 'OPTIONS / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

/** The maximum number of pipelined requests, including the one that closes the connection. */
const batch = 15

/** Sends this number of requests. Returns how many responses have the status. */
async function flood(
  times: number,
  status: number,
  request: (n: number) => string,
): Promise<number> {
  const requests = Array.from({ length: times }, (_, n) => request(n))
  let matching = 0
  while (requests.length > 0) {
    const received = await converse(server.url, ...requests.splice(0, batch), last)
    matching += received.split(`HTTP/1.1 ${status} `).length - 1
  }
  return matching
}

const attacks = [
  ['GET /healthz', 200, (value: string) => get(`a/b; c=${value}`)],
  ['a form', 400, (value: string) => post(`application/x-www-form-urlencoded; c=${value}`)],
] as const

describe('Two thousand different Content-Types', () => {
  it.each(attacks)('leave the memory flat: %s [J7]', async (_, status, request) => {
    await flood(200, status, (n) => request(`warm${n}`))
    const before = heap()
    expect(await flood(2000, status, (n) => request(`new${n}`))).toBe(2000)
    // A cached validator for each of them would take 10 KB, 20 MiB in all; with the whole contract, ten times that.
    expect(heap() - before).toBeLessThan(5)
  })
})
