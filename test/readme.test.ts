/** The README's own words, followed: its operation is added to a copy of this project, and the handbook's table of settings is whole. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settingsHelp } from '../src/config/config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const handbook = readFileSync(join(root, 'src/deploy/README.md'), 'utf8')

interface Step {
  readonly file: string
  /** Absent: the file is new. */
  readonly above: string | undefined
  readonly text: string
}

/** The blocks that follow a comment like `walk: FILE above "LINE"` or `walk: new FILE`. */
const steps: Step[] = [
  ...readme.matchAll(/<!-- walk: (?:new (\S+)|(\S+) above "(.*)") -->\n```\w+\n([\s\S]*?)```/g),
].map(([, created, changed, above, text = '']) => ({ file: created ?? changed ?? '', above, text }))

describe('the README', () => {
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

  function take({ file, above, text }: Step): void {
    const path = join(folder, file)
    if (above === undefined) return writeFileSync(path, text)
    const before = readFileSync(path, 'utf8')
    expect(before.split(`\n${above}`).length).toBe(2)
    writeFileSync(
      path,
      before.replace(`\n${above}`, () => `\n${text}${above}`),
    )
  }

  it('adds an operation: the compiler asks for the handler, and its test passes', () => {
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
    expect(types).toThrow(
      expect.objectContaining({
        stdout: expect.stringMatching(/index\.ts.*Property 'readGreeting' is missing/),
      }),
    )
    for (const step of steps.slice(2)) take(step)
    types()
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
    expect(node(...vitest, 'greeting')).toMatch(/Tests .*1 passed/)
  }, 180_000)

  it('has every setting in its table, with its default', () => {
    const listed = settingsHelp()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [, name, help, preset] = /^ {2}(\S+) +(.*) \(default: (.*)\)$/.exec(line) ?? []
        return `| \`${name}\` | ${preset} | ${help} |`
      })
    expect(listed.filter((row) => !handbook.includes(row))).toEqual([])
  })
})
