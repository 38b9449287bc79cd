/** The README is followed: its commands run against the demo, its operation is added to a copy of this project. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoUsers } from '../src/commands/demo-data.ts'
import { listening } from './harness/command.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

it('the README has at most 250 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(250)
})

// ── The commands that call the demo ──────────────────────────────────────────────────────────────────────────────────────

/** A block of commands and its output: the block below it, if any. */
interface Commands {
  readonly script: string
  readonly printed: string
}

const commands: Commands[] = [
  ...readme.matchAll(/```sh\n([\s\S]*?)```(?:\n```(?:json)?\n([\s\S]*?)```)?/g),
]
  .map(([, script = '', printed = '']) => ({ script, printed }))
  .filter(({ script }) => /^\w*=?.*\bcurl /m.test(script))

const hasShell = ['sh', 'curl', 'sed'].every(
  (name) => spawnSync(name, ['--version']).error === undefined,
)
const missing = hasShell ? '' : ' (skipped: there is no sh, curl or sed)'

const demoUrl = 'http://127.0.0.1:8000'

/** The lines of a text, without the ids and times that differ in every run. */
function linesOf(text: string): string[] {
  const stable = text
    .replace(/\b[us]_[\w-]{22}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
  return stable.split('\n').filter(Boolean)
}

/** `…` stands for any text. */
function expectPrinted(actual: string, shown: string): void {
  const patterns = linesOf(shown).map((line) => line.split('…').map(RegExp.escape).join('.*'))
  expect(linesOf(actual)).toEqual(patterns.map((pattern) => expect.stringMatching(`^${pattern}$`)))
}

describe('the demo', () => {
  it.skipIf(!hasShell)(
    `prints what the README shows, command by command${missing}`,
    async () => {
      const demo = await listening(['demo'], { settings: { PORT: '0' } })
      const [, url = ''] = /^listening on (\S+)$/m.exec(demo.out()) ?? []
      const end = '── end of the block ──'
      const script = commands
        .map((block) => block.script.replace(/^curl/gm, "curl -sS -w '\\n'"))
        .join(`echo '${end}'\n`)
        .replaceAll(demoUrl, url)
      const { stdout } = await promisify(execFile)('sh', ['-ec', script])
      await demo.end('SIGTERM')
      const printed = stdout.replaceAll(url, demoUrl).split(end)
      expect(commands).toHaveLength(6)
      expect(printed).toHaveLength(commands.length)
      for (const [index, block] of commands.entries())
        expectPrinted(printed[index] ?? '', block.printed)
    },
    120_000,
  )

  it('has the users of the README', () => {
    const names = demoUsers.map(({ username, password }) => `\`${username}/${password}\``)
    expect(names).toHaveLength(3)
    expect(names.filter((name) => !readme.includes(name))).toEqual([])
  })
})

// ── The operation that is added ──────────────────────────────────────────────────────────────────────────────────────

interface Step {
  readonly file: string
  /** Undefined for a new file. */
  readonly above: string | undefined
  readonly text: string
}

/** The blocks after a comment like `walk: FILE above "LINE"` or `walk: new FILE`. */
const steps: Step[] = [
  ...readme.matchAll(/<!-- walk: (?:new (\S+)|(\S+) above "(.*)") -->\n```\w+\n([\s\S]*?)```/g),
].map(([, created, changed, above, text = '']) => ({ file: created ?? changed ?? '', above, text }))

describe('the operation of the README', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-readme-'))
    for (const name of [
      'openapi.yaml',
      'package.json',
      'tsconfig.json',
      'src',
      'generated',
      'test',
    ]) {
      cpSync(join(root, name), join(folder, name), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const node = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  const types = () => node('node_modules/typescript-native/bin/tsc', '--singleThreaded')

  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')))

  function take({ file, above, text }: Step): void {
    if (above === undefined) return writeFileSync(join(folder, file), text)
    edit(file, (before) => {
      expect(before.split(`\n${above}`).length).toBe(2)
      return before.replace(`\n${above}`, () => `\n${text}${above}`)
    })
  }

  const expectTypeError = (message: RegExp) =>
    expect(types).toThrow(expect.objectContaining({ stdout: expect.stringMatching(message) }))

  it('is added: the compiler requires the handler and its body, and the test passes', () => {
    expect(steps.map(({ file }) => file)).toEqual([
      'openapi.yaml',
      'openapi.yaml',
      'src/operations/account/read-greeting.ts',
      'src/operations/index.ts',
      'src/operations/index.ts',
      'test/operations/account/read-greeting.test.ts',
    ])
    for (const step of steps.slice(0, 2)) take(step)
    node('src/generate.ts')
    expectTypeError(/index\.ts.*Property 'readGreeting' is missing/)
    for (const step of steps.slice(2)) take(step)
    types()
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
    expect(node(...vitest, 'greeting')).toMatch(/Tests .*1 passed/)

    const [, misspelt = ''] = /misspell `text` \(`([^`]*)`\)/.exec(readme) ?? []
    expect(misspelt).toContain('texts')
    edit('src/operations/account/read-greeting.ts', (text) => text.replace('{ text:', '{ texts:'))
    expectTypeError(new RegExp(RegExp.escape(misspelt)))
  }, 180_000)
})
