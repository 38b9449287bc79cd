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

  it.skipIf(!installed)(`logs in and refreshes${missing} [C1, C2, F1]`, () => {
    expectSession(met.report)
  })

  it.skipIf(!installed)(`is a public client by Basic with no secret${missing} [B9]`, () => {
    expectEmptySecret(met.seen)
  })

  it.skipIf(!installed)(`is a confidential client both ways${missing} [B1, B2]`, () => {
    expectConfidential(met.report)
  })

  it.skipIf(!installed)(`introspects and revokes${missing} [G1, G5, G6]`, () => {
    expectEnd(met.report)
  })

  it.skipIf(!installed)(`gets the code out of each error${missing} [S3, B4, C6, F2]`, () => {
    expectRefusals(met.report)
  })

  it.skipIf(!installed)(`sends each guess twice, which counts once${missing} [H1, H3]`, () => {
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
