/** The handbook at the top of the reference: its commands are run as they stand, and its table of errors is whole. */
import { execFile, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { shownProblems } from '../harness/contract-problems.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const handbook: string = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'))
  .info.description

const hasShell = ['sh', 'curl', 'sed'].every(
  (name) => spawnSync(name, ['--version']).error === undefined,
)
const missing = hasShell ? '' : ' (skipped: there is no sh, curl or sed)'

/** The commands of a section, by its heading. */
function commands(...headings: readonly string[]): string {
  const sections = handbook.split(/^## /m)
  return headings
    .map((heading) => sections.find((section) => section.startsWith(`${heading}\n`)) ?? '')
    .flatMap(commandsIn)
    .join('\n')
}

function commandsIn(text: string): string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
}

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

/** What the commands print, each answer on its own line. The first one that fails ends them. */
async function run(script: string): Promise<string[]> {
  const here = script
    .replaceAll('http://127.0.0.1:8000', server.url)
    .replace(/^curl/gm, "curl -sS -w '\\n%{http_code}\\n'")
  const { stdout } = await promisify(execFile)('sh', ['-ec', here])
  return stdout.trim().split('\n')
}

/** The rows of the table of errors. */
const errorTable = [...handbook.matchAll(/^\| (\d{3}[\d, ]*) \| (`[^|]+`) \| /gm)].map(
  ([, statuses = '', codes = '']) => ({
    statuses: statuses.split(', ').map(Number),
    codes: [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => code),
  }),
)

const login = ['Get a token', 'Call an operation']

describe.skipIf(!hasShell)(`the handbook${missing}`, () => {
  it('gets a token, reads the account and makes an item [S1, S4]', async () => {
    const [token = '', first, account = '', second, item = '', third] = await run(
      commands(...login),
    )
    expect([first, second, third]).toEqual(['200', '200', '201'])
    expect(JSON.parse(token)).toMatchObject({ token_type: 'bearer', expires_in: 1800 })
    expect(JSON.parse(account)).toMatchObject({ username: 'johndoe' })
    expect(JSON.parse(item)).toMatchObject({ item_id: 'Bar', title: 'The bar' })
  })

  it('asks for fewer scopes [C3]', async () => {
    const [token = '', status] = await run(commands('Scopes'))
    expect(status).toBe('200')
    expect(JSON.parse(token)).toMatchObject({ scope: 'me:read items:read' })
  })

  it('reads a page of a list, changes the item, introspects and logs out', async () => {
    const chapters = ['Lists', 'Changes', 'Show a token to a service', 'Log out']
    const answers = await run(
      `${commands('Get a token', ...chapters)}\n${commands('Show a token to a service')}`,
    )
    const [list = '', , item = '', , live = '', , ...end] = answers.slice(2)
    expect(JSON.parse(list)).toMatchObject({ items: [{ current: true }], next: expect.any(String) })
    expect(JSON.parse(item)).toMatchObject({ item_id: 'Bar', title: 'The best bar' })
    expect(JSON.parse(live)).toMatchObject({ active: true, username: 'johndoe' })
    expect(end).toEqual(['', '200', '{"active":false}', '200'])
  })

  it('stays logged in with a refresh token that is new each time', async () => {
    const kept = 'echo "$TOKEN" "$REFRESH"\n'
    const again = `${commands('Stay logged in')}${kept}`
    const pairs = (await run(`${commands('Get a token')}${kept}${again}${again}`)).slice(2)
    const [tokens, refreshTokens] = [0, 1].map((at) => pairs.map((pair) => pair.split(' ')[at]))
    expect(pairs.every((pair) => /^eyJ[\w.-]+ [\w.-]+$/.test(pair))).toBe(true)
    expect([new Set(tokens).size, new Set(refreshTokens).size]).toEqual([3, 3])
  })
})

describe('the handbook', () => {
  it('explains the code of every refusal that is a Problem', () => {
    const source = new URL('../../src/', import.meta.url)
    const codes = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('oauth-errors.ts'))
      .map((file) => readFileSync(new URL(file, source), 'utf8'))
      .flatMap((text) => [
        ...text.matchAll(/(?:super|new Refusal)\(\s*\w+,\s*'(\w+)'|\bcode: '([a-z_]+)'/g),
      ])
      .map(([, thrown, written]) => thrown ?? written ?? '')
    expect(codes.length).toBeGreaterThan(15)
    const explained = new Set(errorTable.flatMap((row) => row.codes))
    expect(codes.filter((code) => !explained.has(code))).toEqual([])
  })

  it('explains every Problem that the contract shows, beside its status', () => {
    const unexplained = shownProblems.filter(
      ({ value: { status, code } }) =>
        !errorTable.some((row) => row.statuses.includes(status) && row.codes.includes(code)),
    )
    expect(shownProblems.length).toBeGreaterThan(50)
    expect(unexplained).toEqual([])
  })

  it('has no command that is wider than the reference shows it', () => {
    const lines = commandsIn(handbook).join('').split('\n')
    expect(lines.length).toBeGreaterThan(50)
    expect(lines.filter((line) => line.length > 75)).toEqual([])
  })

  it("has the README's clients word for word, which are made, built and run", () => {
    const readme = readFileSync(new URL('../clients/README.md', import.meta.url), 'utf8')
    const blocks = [...readme.matchAll(/```\w+\n[\s\S]*?```/g)].map(([block]) => block)
    expect(blocks).toHaveLength(9)
    expect(blocks.filter((block) => !handbook.includes(block))).toEqual([])
  })
})
