/** Python's clients. They need `requirements.txt`, installed for `TESSERA_PYTHON` (python3 unless set). */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { TestServer } from '../harness/test-server.ts'
import {
  type Command,
  expectConfidential,
  expectEmptySecret,
  expectEnd,
  expectRefusals,
  expectSession,
  expectThrottled,
  type Meeting,
  meet,
  succeeds,
} from './client-report.ts'
import { clientServer } from './client-server.ts'

const python = (...args: string[]): Command => ({
  file: process.env.TESSERA_PYTHON ?? 'python3',
  args,
  // OAuthlib refuses http otherwise.
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
    let met: Meeting
    beforeAll(async () => {
      if (!installed) return
      server = await clientServer()
      met = await meet(server, program(name))
    })
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

    it.skipIf(!installed)(`gets the code out of 429${missing} [H1]`, () => {
      expectThrottled(met.report)
    })
  })
}
