/** golang.org/x/oauth2. Needs `go` and the modules of `go/go.mod`, already downloaded. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../harness/test-server.ts'
import { clientServer } from './client-server.ts'
import {
  type ClientRun,
  type Command,
  expectConfidential,
  expectEmptySecret,
  expectRefusals,
  expectRevocation,
  expectSession,
  runClient,
  succeeds,
} from './run-client.ts'

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
  let run: ClientRun
  beforeAll(async () => {
    if (!installed) return
    server = await clientServer()
    run = await runClient(server, go('run', '.'))
    // Includes compiling.
  }, 300_000)
  afterAll(() => server?.stop())

  it.skipIf(!installed)(`logs in and refreshes${missing} [C1, C2, F1]`, () => {
    expectSession(run.report)
  })

  it.skipIf(!installed)(
    `authenticates a public client by Basic with an empty secret${missing} [B9]`,
    () => {
      expectEmptySecret(run.requests)
    },
  )

  it.skipIf(!installed)(
    `authenticates a confidential client by both methods${missing} [B1, B2]`,
    () => {
      expectConfidential(run.report)
    },
  )

  it.skipIf(!installed)(`introspects and revokes${missing} [G1, G5, G6]`, () => {
    expectRevocation(run.report)
  })

  it.skipIf(!installed)(`reads the code of each error${missing} [S3, B4, C6, F2]`, () => {
    expectRefusals(run.report)
  })

  it.skipIf(!installed)(
    `sends each login twice, which counts as one failed login${missing} [H1, H3]`,
    () => {
      const [throttled, inHeader] = ['temporarily_unavailable', expect.stringMatching(/^Basic /)]
      // It reports the response to its second request; by then two failed logins have been counted.
      expect(run.report.guesses).toEqual(['invalid_grant', throttled, throttled, throttled])
      const statuses = [401, 401, 401, 429, 429, 429, 429, 429]
      expect(run.requests.slice(-8)).toEqual(
        statuses.map((status, index) => ({
          path: '/token',
          authorization: index % 2 === 0 ? inHeader : undefined,
          status,
        })),
      )
    },
  )
})
