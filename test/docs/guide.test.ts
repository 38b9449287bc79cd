/** The guide, `info.description` of the contract: its commands run as written, and its table of errors is complete. */
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { shownProblems } from '../harness/contract-problems.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const guide: string = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'))
  .info.description

const hasShell = ['sh', 'curl', 'sed'].every(
  (name) => spawnSync(name, ['--version']).error === undefined,
)
const missing = hasShell ? '' : ' (skipped: there is no sh, curl or sed)'

/** The text below a heading. */
function section(heading: string): string {
  return guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
}

function commandsIn(text: string): string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
}

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

/** The lines that the commands print, with the status of each response. Throws if a command fails. */
async function run(script: string): Promise<string[]> {
  const here = script
    .replaceAll('http://127.0.0.1:8000', server.url)
    .replace(/^curl/gm, "curl -sS -w '\\n%{http_code}\\n'")
  const { stdout } = await promisify(execFile)('sh', ['-ec', here])
  return stdout.trim().split('\n')
}

/** The rows of the error table. */
const errorTable = [...guide.matchAll(/^\| (\d{3}[\d, ]*) \| (`[^|]+`) \| /gm)].map(
  ([, statuses = '', codes = '']) => ({
    statuses: statuses.split(', ').map(Number),
    codes: [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => code),
  }),
)

describe.skipIf(!hasShell)(`the commands of the guide${missing}`, () => {
  it('run from top to bottom [S1, S4, C3]', async () => {
    const again = commandsIn(section('Services and clients'))
    const lines = await run([...commandsIn(guide), ...again].join('\n'))
    const [token = '', account = '', , item = '', , narrow = '', , list = '', ...rest] = lines
    const [, changed = '', , live = '', , ...end] = rest
    expect(lines.filter((line) => /^\d{3}$/.test(line))).toEqual(
      '200 201 200 200 200 200 200 200'.split(' '),
    )
    expect(JSON.parse(token)).toMatchObject({ token_type: 'bearer', expires_in: 1800 })
    expect(JSON.parse(account)).toMatchObject({ username: 'johndoe' })
    expect(JSON.parse(item)).toMatchObject({ item_id: 'Bar', title: 'The bar' })
    expect(JSON.parse(narrow)).toMatchObject({ scope: 'me:read items:read' })
    expect(JSON.parse(list)).toMatchObject({
      items: [{ current: false }],
      next: expect.any(String),
    })
    expect(JSON.parse(changed)).toMatchObject({ item_id: 'Bar', title: 'The best bar' })
    expect(JSON.parse(live)).toMatchObject({ active: true, username: 'johndoe' })
    expect(end).toEqual(['', '200', '{"active":false}', '200'])
  })

  it('refresh the tokens each time', async () => {
    const [login = ''] = commandsIn(section('Get a token'))
    const [refresh = ''] = commandsIn(section('Refresh and log out'))
    const print = 'echo "$TOKEN" "$REFRESH"\n'
    const [, ...pairs] = await run([login, refresh, refresh].map((step) => step + print).join(''))
    const [tokens, refreshTokens] = [0, 1].map((at) => pairs.map((pair) => pair.split(' ')[at]))
    expect(pairs.every((pair) => /^eyJ[\w.-]+ [\w.-]+$/.test(pair))).toBe(true)
    expect([new Set(tokens).size, new Set(refreshTokens).size]).toEqual([3, 3])
  })
})

describe('the guide', () => {
  it('lists every example problem of the contract with its status', () => {
    const unexplained = shownProblems.filter(
      ({ value: { status, code } }) =>
        !errorTable.some((row) => row.statuses.includes(status) && row.codes.includes(code)),
    )
    expect(shownProblems.length).toBeGreaterThan(50)
    expect(unexplained).toEqual([])
  })

  it('has no links, which would be dead in other places', () => {
    expect(guide).not.toMatch(/\]\(|<!--/)
  })

  it('has no command line that is too wide for the reference', () => {
    const lines = commandsIn(guide).join('').split('\n')
    expect(lines.length).toBeGreaterThan(25)
    expect(lines.filter((line) => line.length > 75)).toEqual([])
  })
})
