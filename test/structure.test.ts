/** The rules for the layout of `src`: the direction of imports, the size of files, and what each folder may contain. */
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { ContractError } from '#contract'

const root = fileURLToPath(new URL('../src/', import.meta.url))

/** From top to bottom. A room may import from itself and from the rooms below it. */
const rooms = [
  'client',
  'template',
  'pack.ts',
  'generate.ts',
  'bring-node.js',
  'start.js',
  'bin.ts',
  'main.ts',
  'index.ts',
  'testing.ts',
  'create-server.ts',
  'own-services.ts',
  'own-handlers.ts',
  'commands',
  'serving',
  'operations',
  'services.ts',
  'accounts',
  'mail',
  'oauth',
  'passwords',
  'throttling',
  'keys',
  'audit',
  'store',
  'telemetry',
  'config',
  'docs',
  'http-error.ts',
  'version.ts',
  'contract',
]

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|js)$/.test(file))
  .sort()

const importsIn = (text: string): string[] =>
  ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName)

/** The paths in `src` of the imports of package.json. */
const pathOf = (name: string): string =>
  name.replace(/^#contract$/, '#contract/index').replace(/^#(.+)/, '$1.ts')

/** What users of the contract layer may import. */
const doors = ['#contract', '#contract/command', '#contract/generate', '#contract/vitest']

/** The tests of other folders that read a contract as the layer does. */
const readers = [
  'test/bench/contenders/tessera-of.ts',
  'test/harness/coverage.ts',
  'test/harness/refuse-of.ts',
  'test/harness/seen-responses.ts',
  'test/operations/every-path.test.ts',
]

function importsOf(file: string): string[] {
  return importsIn(readFileSync(join(root, file), 'utf8'))
    .filter((name) => /^[.#]/.test(name))
    .map((name) =>
      name.startsWith('#') ? pathOf(name) : relative(root, join(root, dirname(file), name)),
    )
    .filter((name) => !name.startsWith('..'))
}

const depthOf = (file: string): number => rooms.indexOf(file.split('/')[0] ?? '')

describe('src', () => {
  it('has only rooms of the list', () => {
    expect(files.filter((file) => depthOf(file) < 0)).toEqual([])
  })

  it('has no import that points up', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => depthOf(imported) < depthOf(file))
        .map((imported) => `${file} imports ${imported}`),
    )
    expect(upward).toEqual([])
  })

  it('imports the contract layer through its doors only', () => {
    const whole = join(root, '..')
    const outside = globSync(['{src,test,generated}/**/*.ts'], { cwd: whole })
      .filter((file) => !/^(src|test)\/contract\//.test(file))
      .sort()
    const past = outside.filter((file) =>
      importsIn(readFileSync(join(whole, file), 'utf8')).some((name) => {
        if (name.startsWith('#')) return !doors.includes(name)
        return name.startsWith('.') && join(dirname(file), name).startsWith('src/contract/')
      }),
    )
    expect(past).toEqual(readers)
  })

  it('keeps the contract layer apart from the rest of the repository', () => {
    const inContract = files.filter((file) => file.startsWith('contract/'))
    const outward = inContract.flatMap((file) =>
      importsIn(readFileSync(join(root, file), 'utf8'))
        .filter((name) => /^[.#]/.test(name))
        .filter((name) => !join(dirname(file), name).startsWith('contract/')),
    )
    expect(outward).toEqual([])
  })

  it('lets the client import openapi-fetch and generated files, and nothing of the server', () => {
    const inClient = files.filter((file) => file.startsWith('client/'))
    const text = (file: string) => readFileSync(join(root, file), 'utf8')
    const outside = (texts: readonly string[]) =>
      [...new Set(texts.flatMap(importsIn))].filter((name) => !name.startsWith('./')).sort()
    expect(outside(inClient.map(text))).toEqual([
      '../../generated/api.ts',
      '../../generated/client.ts',
      'openapi-fetch',
    ])
    const compilerOptions = { verbatimModuleSyntax: true, target: ts.ScriptTarget.ESNext }
    const run = inClient.map((file) => ts.transpile(text(file), compilerOptions))
    expect(outside(run)).toEqual(['../../generated/client.ts', 'openapi-fetch'])
  })

  it('has no file over 300 lines', () => {
    const long = files.filter(
      (file) => readFileSync(join(root, file), 'utf8').split('\n').length > 301,
    )
    expect(long).toEqual([])
  })

  it('has a comment at the top of every file', () => {
    const silent = files.filter(
      (file) => !/^(#!.*\n)?\/[/*]/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(silent).toEqual([])
  })

  it('reads the environment in create-server.ts only', () => {
    const readers = files.filter((file) =>
      /process\.env\b/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(readers).toEqual(['create-server.ts'])
  })

  it('keeps HTTP out of store/', () => {
    const importers = files
      .filter((file) => file.startsWith('store/'))
      .filter((file) => importsOf(file).some((imported) => imported.startsWith('contract/')))
    expect(importers).toEqual([])
  })

  it('imports express-openapi-validator in its adapter only', () => {
    const importers = files.filter((file) =>
      importsIn(readFileSync(join(root, file), 'utf8')).some((name) =>
        name.startsWith('express-openapi-validator'),
      ),
    )
    expect(importers).toEqual(['contract/request/openapi-validator.ts'])
  })

  it('makes refusals in contract/ only, which exports no constructor of them', async () => {
    const makers = files.filter(
      (file) =>
        !file.startsWith('contract/') &&
        /new Refusal\(|extends Refusal\b/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(makers).toEqual([])
    const door = Object.values(await import('#contract'))
    const prototypes = door.map((each) => (typeof each === 'function' ? each.prototype : undefined))
    const errors = door.filter((_, at) => prototypes[at] instanceof Error)
    expect(errors).toEqual([ContractError])
  })

  it('does not mention OAuth in contract/, except the name of a type of security scheme', () => {
    const knowing = files.filter(
      (file) =>
        file.startsWith('contract/') &&
        /(?<!@tessera-|')oauth|RFC 6749|RFC 6750/i.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(knowing).toEqual([])
  })

  it('keeps SQL in store/', () => {
    const askers = files.filter((file) =>
      /from 'kysely|node:sqlite/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(askers.every((file) => file.startsWith('store/'))).toBe(true)
  })
})
