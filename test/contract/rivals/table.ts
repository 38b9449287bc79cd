/** Compiles the probes of each library, right and with each mistake, and writes the table. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import root from '../../../package.json' with { type: 'json' }
import { generatedFiles } from '../../../src/contract/generate.ts'
import { edited } from '../edited.ts'
import { installRivals, rivalsFolder } from './install.ts'
import { libraries, type Probe, rows } from './mistakes.ts'
import manifest from './package.json' with { type: 'json' }

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const folder = rivalsFolder
const door = here('../../../src/contract/index.ts')

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: ['node'],
  typeRoots: [here('../../../node_modules/@types')],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  paths: { '@tessera-oauth/contract': [door] },
}

/** The messages of the compiler, by probe; with a mistake, by probe and title. */
export type Verdicts = ReadonlyMap<string, readonly string[]>

export const nameOf = (probe: Probe, title?: string): string =>
  title === undefined ? probe : `${probe}.${title.replaceAll(' ', '-')}`

/** Installs the libraries and compiles all probes. */
export async function compileProbes(): Promise<Verdicts> {
  await prepare()
  const programs = libraries.flatMap(({ probe }) => {
    const right = readFileSync(here(`probes/${probe}.ts`), 'utf8')
    const wrong = rows.flatMap(({ title, edits: { [probe]: edit } }) =>
      edit ? [[nameOf(probe, title), edited(right, edit)] as const] : [],
    )
    return [[nameOf(probe), right] as const, ...wrong]
  })
  for (const [name, text] of programs) writeFileSync(`${folder}/${name}.ts`, text)
  const paths = programs.map(([name]) => `${folder}/${name}.ts`)
  const program = ts.createProgram(paths, compilerOptions)
  return new Map(programs.map(([name], at) => [name, messagesOf(program, paths[at] ?? '')]))
}

async function prepare(): Promise<void> {
  installRivals()
  mkdirSync(`${folder}/generated/tessera`, { recursive: true })
  cpSync(here('probes'), folder, { recursive: true })
  const contract = pathToFileURL(`${folder}/books.yaml`)
  const files = await generatedFiles(contract, {
    library: '@tessera-oauth/contract',
    source: '../../books.yaml',
  })
  for (const [name, text] of Object.entries(files))
    writeFileSync(`${folder}/generated/tessera/${name}`, text)
  const program = (name: string) => here(`../../../node_modules/${name}`)
  const run = (...args: readonly string[]) =>
    execFileSync(process.execPath, args, { cwd: folder, stdio: 'pipe' })
  run(
    program('openapi-typescript/bin/cli.js'),
    'books.yaml',
    '--output',
    'generated/openapi-typescript.ts',
  )
  run(
    program('@hey-api/openapi-ts/bin/run.js'),
    '--input',
    'books.yaml',
    '--output',
    'generated/hey-api',
    '--plugins',
    '@hey-api/typescript',
    'fastify',
    '--silent',
  )
}

function messagesOf(program: ts.Program, path: string): string[] {
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

/** The table in Markdown: `refused`, `✗` for a mistake that compiles, `–` where there is nothing in which it could be made. */
export function tableOf(verdicts: Verdicts): string {
  const versions: Readonly<Record<string, string>> = {
    ...root.devDependencies,
    ...manifest.dependencies,
  }
  const titles = libraries.map(({ name, package: id }) =>
    id === undefined ? name : `${name} ${versions[id]}`,
  )
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const body = rows.map(({ title }) =>
    line([title, ...libraries.map(({ probe }) => verdict(verdicts.get(nameOf(probe, title))))]),
  )
  return [line(['mistake', ...titles]), line(['---', ...titles.map(() => '---')]), ...body].join(
    '\n',
  )
}

function verdict(messages: readonly string[] | undefined): string {
  if (messages === undefined) return '–'
  return messages.length > 0 ? 'refused' : '✗'
}
