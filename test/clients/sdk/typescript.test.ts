/** Generated clients in TypeScript, compiled by `tsc --strict` and run. */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import manifest from '../../../package.json' with { type: 'json' }
import type { Command } from '../run-client.ts'
import type { Example } from './example.ts'
import { describeClient, found } from './generated-client.ts'

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

const node = (...args: string[]): Command => ({ file: process.execPath, args })
const installed = (script: string, ...args: string[]) => node(join(modules, script), ...args)
const tsc = (...files: string[]) =>
  installed(
    'typescript/bin/tsc',
    ...'--strict --target esnext --module nodenext'.split(' '),
    ...files,
  )

const pinned = (name: keyof typeof manifest.devDependencies) =>
  `${name}@${manifest.devDependencies[name]}`

/** The prefix downloads the generator; here it is installed. */
async function generate(example: Example, prefix: string, script: string) {
  symlinkSync(modules, join(example.folder, 'node_modules'))
  example.write('package.json', '{ "type": "module" }')
  await example.generate(prefix, installed(script))
}

// Without the first package, npx would install a TypeScript that the generator cannot use.
const heyApi = `npx -p ${pinned('typescript')} -p ${pinned('@hey-api/openapi-ts')} openapi-ts`

describeClient({
  generator: '@hey-api/openapi-ts',
  example: ['typescript-hey-api', 'example.ts'],
  build: async (example) => {
    await generate(example, heyApi, '@hey-api/openapi-ts/bin/run.js')
    await example.run(tsc('example.ts', 'me.ts'))
  },
  run: node('example.js'),
  runReadme: node('me.js'),
  types: (example) =>
    found(example.read('tessera/types.gen.ts'), /^export type (?!ClientOptions)(\w+)/gm),
  suffixes: ['Data', 'Error', 'Errors', 'Response', 'Responses'],
})

describeClient({
  generator: '@hey-api/openapi-ts with zod',
  example: ['typescript-hey-api-zod', 'example.ts'],
  build: async (example) => {
    await generate(example, heyApi, '@hey-api/openapi-ts/bin/run.js')
    await example.run(tsc('example.ts'))
  },
  run: node('example.js'),
  types: (example) => found(example.read('tessera/zod.gen.ts'), /^export const z(\w+)/gm),
  suffixes: ['Body', 'Headers', 'Path', 'Query', 'Response'],
})

const orvalTypes = (example: Example) =>
  found(example.read('tessera.ts'), /^export (?:type|interface) ([A-Z]\w+)/gm)

describeClient({
  generator: 'orval',
  example: ['typescript-orval', 'example.ts'],
  build: async (example) => {
    await generate(example, `npx ${pinned('orval')}`, 'orval/dist/bin/orval.mjs')
    await example.run(tsc('example.ts'))
  },
  run: node('example.js'),
  types: orvalTypes,
  suffixes: ['Headers', 'Parameter', 'Params', 'Response'],
})

describeClient({
  generator: 'orval with zod',
  example: ['typescript-orval-zod', 'example.ts'],
  build: async (example) => {
    await generate(example, `npx ${pinned('orval')}`, 'orval/dist/bin/orval.mjs')
    await example.run(tsc('example.ts'))
  },
  run: node('example.js'),
  types: (example) => [
    ...orvalTypes(example),
    ...found(example.read('schemas.ts'), /^export const ([A-Z]\w+)/gm),
  ],
  suffixes: [
    'Body',
    'Header',
    'Headers',
    'Parameter',
    'Params',
    'QueryParams',
    'Response',
    'ResponseItem',
  ],
})
