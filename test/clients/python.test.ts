/** OAuth clients in Python. They need `requirements.txt`, installed for `TESSERA_PYTHON` (default: python3). */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'
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
  expectThrottled,
  runClient,
  succeeds,
} from './run-client.ts'

const python = (...args: string[]): Command => ({
  file: process.env.TESSERA_PYTHON ?? 'python3',
  args,
  // Otherwise OAuthlib rejects http.
  environment: { OAUTHLIB_INSECURE_TRANSPORT: '1' },
})

const program = (name: string) => python(fileURLToPath(new URL(`${name}.py`, import.meta.url)))

const clients = [
  { name: 'requests-oauthlib', module: 'requests_oauthlib' },
  { name: 'authlib', module: 'authlib.integrations.requests_client' },
]

for (const { name, module } of clients) {
  const installed = await succeeds(python('-c', `import requests, ${module}`))
  const missing = installed ? '' : ` (skipped: Python has no ${name})`

  describe(name, () => {
    let server: TestServer
    let run: ClientRun
    beforeAll(async () => {
      if (!installed) return
      server = await clientServer()
      run = await runClient(server, program(name))
    })
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

    it.skipIf(!installed)(`reads the code of a 429${missing} [H1]`, () => {
      expectThrottled(run.report)
    })
  })
}
