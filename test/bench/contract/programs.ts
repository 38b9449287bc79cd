/** Measures `generate`, and the compiler on a handler for each operation: processes that end. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { contractOf } from '#contract'
import { samplesOf, stubModule } from '../../contract/strangers/stubs.ts'

export interface Used {
  readonly name: string
  /** Of CPU, in user and kernel mode, of all threads. */
  readonly seconds: number
  /** MiB at most. */
  readonly memory: number
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const root = here('../../..')

/** Writes the files that `generate` makes of the contract into the folder. */
export function measureGenerate(name: string, contract: string, folder: string): Used {
  mkdirSync(folder)
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }')
  return used(name, [here('generate.ts'), contract, folder])
}

/** Their examples lack the property by which a type tells the alternatives of a discriminator apart. */
const withoutDiscriminator = [
  'users/get-authenticated',
  'users/update-authenticated',
  'users/get-by-id',
  'users/get-by-username',
]

/** Type-checks handlers beside the generated files: some that only throw, and some with a typed reply each. */
export function measureCompiler(folder: string, operations: number): Used[] {
  const typeRoots = [`${root}/node_modules/@types`]
  const config = {
    extends: `${root}/tsconfig.json`,
    compilerOptions: { incremental: false, typeRoots },
    include: [],
    files: ['handlers.ts'],
  }
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config))
  const contract = contractOf(JSON.parse(readFileSync(`${folder}/openapi.json`, 'utf8')))
  const { answer } = samplesOf(contract)
  const untyped = withoutDiscriminator.map((id) => contract.operations[id])
  const modules = {
    'that throw': stubModule(contract, () => undefined),
    'with a typed reply': stubModule(contract, (operation) =>
      untyped.includes(operation) ? undefined : answer(operation),
    ),
  }
  return Object.entries(modules).map(([what, text]) => {
    writeFileSync(`${folder}/handlers.ts`, text)
    const tsc = `${root}/node_modules/typescript/bin/tsc`
    return used(`tsc 5.9, ${operations} handlers ${what}`, [tsc, '-p', folder])
  })
}

/** Runs a program of Node to its end. */
function used(name: string, args: readonly string[]): Used {
  const report = ['--import', new URL('usage.ts', import.meta.url).href]
  const { stdout, stderr, status } = spawnSync(process.execPath, [...report, ...args], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  const [, seconds, memory] = /used (\S+) s (\S+) MiB/.exec(stderr) ?? []
  if (status !== 0) throw new Error(`${name}: ${stdout.slice(0, 2000)}${stderr.slice(0, 2000)}`)
  return { name, seconds: Number(seconds), memory: Number(memory) }
}
