/** An unknown user must cost as much as a wrong password. Proven without a clock: of three places to hash, each login takes one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { HASH_THREADS: '1', HASH_QUEUE: '2', BCRYPT_COST: '12' } })
}, 30_000)
afterAll(() => server.stop())

describe('POST /token returns 503 if the queue is full', () => {
  it.each(['johndoe', 'nobody'])('for %s [S3]', async (username) => {
    const logins = Array.from({ length: 5 }, () => server.login({ username, password: 'wrong' }))
    const statuses = (await Promise.all(logins)).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([401, 401, 401, 503, 503])
  })
})
