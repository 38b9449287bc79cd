/** The operator's handbook is right: its commands print what it shows, and what it names exists. `documents.test.ts` checks its links. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settings as knownSettings } from '../../src/config/settings.ts'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { blocks, commandLines, handbook, marked, root } from './files.ts'

const password = 'correct horse battery'

/** The words of a line as a shell splits it: double quotes, no expansion. */
const wordsIn = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** Ids, keys and times differ in each run. */
const masked = (text: string): string =>
  text
    .replace(/\bu_[\w-]{22}/g, 'ID')
    .replace(/(?<![\w-])[\w-]{43}(?![\w-])/g, 'KEY')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')

describe('the commands of the handbook', () => {
  it('print what it shows', async () => {
    const settings = { DATABASE_URL: join(temporaryFolder(), 'tessera.db') }
    // A server makes the first key when it starts.
    await tessera(['keys', 'rotate'], { settings })
    const walks = marked('run')
    const users = walks.flatMap(({ output }) => output.match(/^\{"username.*\n/gm) ?? []).join('')

    async function run(line: string): Promise<string> {
      if (line === 'cat users.jsonl') return users
      const [command, from] = line.split(' < ')
      const [program, ...args] = wordsIn(command ?? '')
      expect({ line, program }).toEqual({ line, program: 'tessera' })
      const input = from ? users : `${password}\n`
      const { err, out } = await tessera(args, { settings, input })
      return err + out
    }

    expect(walks).toHaveLength(5)
    for (const { commands, output } of walks) {
      let printed = ''
      for (const line of commands.trim().split('\n')) printed += await run(line)
      expect(masked(printed)).toBe(masked(output))
    }
  })

  it('exist, with their options', async () => {
    const called = [
      ...commandLines.flatMap((line) => /(?:^tessera|src\/start\.js) (.*)/.exec(line)?.[1] ?? []),
      ...[
        ...handbook.matchAll(
          /`(?:tessera )?((?:user|client|keys|audit|migrate|backup|compact) [^`]+)`/g,
        ),
      ]
        .map(([, words = '']) => words)
        .filter((words) => !words.includes('tessera')),
    ]
    expect(called.length).toBeGreaterThan(30)
    for (const line of called) {
      const { out, status } = await tessera([...wordsIn(line), '--help'])
      expect({ line, status }).toEqual({ line, status: 0 })
      const [group = '', name = ''] = wordsIn(line)
      const isGroup = ['user', 'client', 'keys', 'audit'].includes(group)
      const usage = ['Usage: tessera', group, ...(isGroup ? [name] : [])].join(' ')
      const options = line.match(/(?<= )--[a-z-]+/g) ?? []
      expect({ line, out }).toEqual({ line, out: expect.stringContaining(usage) })
      expect(options.filter((option) => !out.includes(option))).toEqual([])
    }
  })

  it('copy files that exist', () => {
    const named = commandLines.flatMap((line) => line.match(/src\/deploy\/\S+/g) ?? [])
    const files = readdirSync(join(root, 'src/deploy')).map((file) => `src/deploy/${file}`)
    const isThere = (name: string) => files.some((file) => matchesGlob(file, name))
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !isThere(name))).toEqual([])
  })

  const succeeds = (...args: string[]) => spawnSync('docker', args).status === 0

  it.skipIf(!succeeds('--version'))(
    'give docker options that it has',
    () => {
      const calls = [
        ...handbook
          .replaceAll('\\\n', '')
          .matchAll(/docker (?!compose)(\w+)((?: +-.*?)?) tessera\b/g),
      ]
      expectOptions(calls, [])
    },
    120_000,
  )

  it.skipIf(!succeeds('compose', 'version'))(
    'give docker compose options that it has',
    () => {
      const call = /docker compose(?: --project-directory \S+)? (\w+)((?: -\S+)*)/g
      expectOptions([...handbook.matchAll(call)], ['compose'])
    },
    120_000,
  )

  function expectOptions(calls: readonly RegExpExecArray[], program: readonly string[]): void {
    const used = new Map<string, string[]>()
    for (const [, command = '', options = ''] of calls) {
      const named = options.match(/(?<= )--?[a-zA-Z-]+/g) ?? []
      used.set(command, [...(used.get(command) ?? []), ...named])
    }
    expect(used.size).toBeGreaterThan(5)
    for (const [command, options] of used) {
      const args = [...program, command, '--help']
      const { stdout, status } = spawnSync('docker', args, { encoding: 'utf8' })
      expect({ command, status }).toEqual({ command, status: 0 })
      const isKnown = (option: string) => new RegExp(`${option}[ ,]`).test(stdout)
      expect(options.filter((option) => !isKnown(option))).toEqual([])
    }
  }
})

describe('the handbook', () => {
  it('names only settings that exist', () => {
    const ofOthers = [
      'NODE_EXTRA_CA_CERTS',
      'PGPASSWORD',
      'PGSERVICEFILE',
      'POSTGRES_PASSWORD',
      'EBADENGINE',
      'LISTEN',
      'KID',
      'FILE',
      'SQLITE_TMPDIR',
    ]
    const named = [
      ...[...handbook.matchAll(/`([A-Z][A-Z_]+)(?:=[^`]*)?`/g)],
      ...blocks.flatMap(({ text }) => [...text.matchAll(/(?:^|--env )([A-Z][A-Z_]+)=/gm)]),
    ].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(60)
    const known = [...Object.keys(knownSettings), ...ofOthers]
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })

  it('lists its sections in their order', () => {
    const contents = handbook.slice(0, handbook.indexOf('\n| way to run'))
    const listed = [...contents.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor)
    const sections = [...handbook.matchAll(/^### (.*)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll('`', '').replaceAll(' ', '-'),
    )
    expect(listed).toEqual(sections)
  })

  it('quotes the log as it is written', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
      .join('\n')
    const lines = blocks
      .flatMap(({ text }) => text.match(/^\{"level".*$/gm) ?? [])
      .map((line): { msg: string; code?: string; cause?: string } => JSON.parse(line))
    // The cause of a 503 comes from PostgreSQL.
    const causes = lines.filter(({ code }) => code === 'invalid_token').map(({ cause }) => cause)
    const whole = [...lines.map(({ msg }) => msg), ...causes].map((text) => `'${text}'`)
    expect(whole.length).toBeGreaterThan(3)
    const prose = ['the clocks differ', 'DATABASE_URL has no sslmode']
    expect(prose.filter((text) => !handbook.includes(text))).toEqual([])
    const quoted = [...whole, ...prose.map((text) => `'${text}`)]
    expect(quoted.filter((text) => !sources.includes(text))).toEqual([])
  })
})
