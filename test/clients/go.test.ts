/** Go's client. It needs `go`, and the modules of `go/go.mod` downloaded: the tests fetch none. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../harness/test-server.ts'
import {
  type Command,
  expectConfidential,
  expectEmptySecret,
  expectEnd,
  expectRefusals,
  expectSession,
  type Meeting,
  meet,
  succeeds,
} from './client-report.ts'
import { clientServer } from './client-server.ts'

const go = (...args: string[]): Command => ({
  file: 'go',
  args,
  folder: fileURLToPath(new URL('go', import.meta.url)),
  environment: { GOPROXY: 'off', GOFLAGS: '-mod=readonly -buildvcs=false' },
})

const installed = await succeeds(go('list', '-deps', '.'))
const missing = installed ? '' : ' (skipped: there is no go, or no golang.org/x/oauth2)'

describe('golang.org/x/oauth2', () => {
  let server: TestServer
  let met: Meeting
  beforeAll(async () => {
    if (!installed) return
    server = await clientServer()
    met = await meet(server, go('run', '.'))
    // It is compiled first.
  }, 300_000)
  afterAll(() => server?.stop())

  it.skipIf(!installed)(`C1, C2, F1 logs in and refreshes${missing}`, () => {
    expectSession(met.report)
  })

  it.skipIf(!installed)(`B9 is a public client by Basic with no secret${missing}`, () => {
    expectEmptySecret(met.seen)
  })

  it.skipIf(!installed)(`B1, B2 is a confidential client both ways${missing}`, () => {
    expectConfidential(met.report)
  })

  it.skipIf(!installed)(`G1, G5, G6 introspects and revokes${missing}`, () => {
    expectEnd(met.report)
  })

  it.skipIf(!installed)(`S3, B4, C6, F2 gets the code out of each error${missing}`, () => {
    expectRefusals(met.report)
  })

  it.skipIf(!installed)(`H1, H3 sends each guess twice, which counts once${missing}`, () => {
    const [throttled, inHeader] = ['temporarily_unavailable', expect.stringMatching(/^Basic /)]
    // Of the second guess it tells the second answer: by then, two have been counted.
    expect(met.report.guesses).toEqual(['invalid_grant', throttled, throttled, throttled])
    const statuses = [401, 401, 401, 429, 429, 429, 429, 429]
    expect(met.seen.slice(-8)).toEqual(
      statuses.map((status, index) => ({
        path: '/token',
        authorization: index % 2 === 0 ? inHeader : undefined,
        status,
      })),
    )
  })
})
