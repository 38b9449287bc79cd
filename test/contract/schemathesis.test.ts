/**
 * Schemathesis tests the server against openapi.yaml, with all checks and phases.
 *
 * Requires the packages of `requirements.txt` in `TESSERA_PYTHON` (default: python3). `TESSERA_SEED` repeats a run.
 */
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractOperations } from '../harness/contract-operations.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

const python = process.env.TESSERA_PYTHON ?? 'python3'
const root = fileURLToPath(new URL('../..', import.meta.url))
const seed = process.env.TESSERA_SEED ?? String(randomInt(1_000_000))
const minutes = 60_000

interface Run {
  readonly status: number
  readonly out: string
  /** The operations with a successful response, by method and path. */
  readonly served: ReadonlySet<string>
}

/** A line of the report: the cases of a scenario with their outcomes. */
interface ReportLine {
  readonly ScenarioFinished?: {
    readonly recorder: {
      readonly cases?: Record<string, { value: { method: string; path: string } }>
      readonly interactions?: Record<string, { response?: { status_code: number } | null }>
    }
  }
}

const installed = await schemathesis('--version').then(
  ({ status }) => status === 0,
  () => false,
)
const missing = installed ? '' : ' (skipped: Python has no schemathesis)'

describe(`Schemathesis, seed ${seed}`, () => {
  let server: TestServer
  let run: Run
  beforeAll(async () => {
    if (!installed) return
    server = await testServer({
      settings: {
        REGISTRATION: 'open',
        LOGIN_MAX_FAILURES: '10000',
        LOG_LEVEL: 'error',
        MAIL_DIR: volatileFolder('mails-'),
      },
    })
    run = await runAgainst(server)
  }, 10 * minutes)
  afterAll(() => server?.stop())

  it.skipIf(!installed)(`finds no fault and reports no warning${missing}`, () => {
    process.stdout.write(`Schemathesis, seed ${seed}: ${run.out.match(/\d+ generated.*/)?.[0]}\n`)
    expect(run.status, run.out).toBe(0)
  })

  it.skipIf(!installed)(`gets a successful response from every operation${missing}`, () => {
    const refused = contractOperations
      .map(({ method, path }) => `${method} ${path}`)
      .filter((operation) => !run.served.has(operation))
    // Their proofs are in mails, which Schemathesis does not read.
    expect(refused.filter((operation) => !takesProof.includes(operation))).toEqual([])
  })

  it.skipIf(!installed)(`causes no error in the log${missing}`, () => {
    expect(server.log()).toBe('')
  })
})

async function runAgainst(server: TestServer): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-schemathesis-'))
  const report = join(folder, 'report.ndjson')
  const { status, out } = await schemathesis(
    ...['--config-file', 'test/contract/schemathesis.toml', 'run', `${server.url}/openapi.yaml`],
    ...['--seed', seed, '--no-color', '--generation-database', 'none'],
    ...['--report-ndjson-path', report],
  )
  const served = servedIn(readFileSync(report, 'utf8'))
  rmSync(folder, { recursive: true })
  return { status, out, served }
}

function servedIn(report: string): ReadonlySet<string> {
  const lines = report.split('\n').filter(Boolean)
  return new Set(
    lines.flatMap((line) => {
      const { cases = {}, interactions = {} } =
        (JSON.parse(line) as ReportLine).ScenarioFinished?.recorder ?? {}
      return Object.entries(cases)
        .filter(([id]) => isSuccess(interactions[id]?.response?.status_code))
        .map(([, { value }]) => `${value.method} ${value.path}`)
    }),
  )
}

const takesProof: readonly string[] = contractOperations
  .filter(({ json }) => json && 'proof' in json)
  .map(({ method, path }) => `${method} ${path}`)

const isSuccess = (status = 0): boolean => status >= 200 && status < 300

async function schemathesis(...args: string[]): Promise<{ status: number; out: string }> {
  const environment = { TESSERA_USERNAME: 'admin', TESSERA_PASSWORD: 'administrator123' }
  return promisify(execFile)(python, ['-m', 'schemathesis.cli', ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 26,
  }).then(
    ({ stdout }) => ({ status: 0, out: stdout }),
    (error) => ({ status: error.code ?? 1, out: `${error.stdout}${error.stderr}` }),
  )
}
