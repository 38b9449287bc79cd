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

describeClient({
  generator: '@hey-api/openapi-ts',
  example: ['typescript-hey-api', 'example.ts'],
  build: async (example) => {
    // Without the first package, npx would install a TypeScript that the generator cannot use.
    const prefix = `npx -p ${pinned('typescript')} -p ${pinned('@hey-api/openapi-ts')} openapi-ts`
    await generate(example, prefix, '@hey-api/openapi-ts/bin/run.js')
    await example.run(tsc('example.ts', 'me.ts'))
  },
  run: node('example.js'),
  runReadme: node('me.js'),
  types: (example) =>
    found(example.read('tessera/types.gen.ts'), /^export type (?!ClientOptions)(\w+)/gm),
  suffixes: ['Data', 'Error', 'Errors', 'Response', 'Responses'],
})

describeClient({
  generator: 'orval',
  example: ['typescript-orval', 'example.ts'],
  build: async (example) => {
    await generate(example, `npx ${pinned('orval')}`, 'orval/dist/bin/orval.mjs')
    await example.run(tsc('example.ts'))
  },
  run: node('example.js'),
  types: (example) => found(example.read('tessera.ts'), /^export (?:type|interface) ([A-Z]\w+)/gm),
  suffixes: ['Headers', 'Parameter', 'Params', 'Response'],
})
