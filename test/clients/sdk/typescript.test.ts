/** Clients in TypeScript, as @hey-api/openapi-ts and orval make them: compiled by `tsc --strict`, and run. */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import manifest from '../../../package.json' with { type: 'json' }
import type { Command } from '../client-report.ts'
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

/** The words are those that fetch the generator; here it is installed already. */
async function generate(made: Example, words: string, script: string) {
  symlinkSync(modules, join(made.folder, 'node_modules'))
  made.write('package.json', '{ "type": "module" }')
  await made.generate(words, installed(script))
}

describeClient({
  generator: '@hey-api/openapi-ts',
  example: ['typescript-hey-api', 'example.ts'],
  make: async (made) => {
    // Left alone, npx would bring it a TypeScript that it cannot work with.
    const words = `npx -p ${pinned('typescript')} -p ${pinned('@hey-api/openapi-ts')} openapi-ts`
    await generate(made, words, '@hey-api/openapi-ts/bin/run.js')
    await made.run(tsc('example.ts', 'me.ts'))
  },
  run: node('example.js'),
  runReadme: node('me.js'),
  types: (made) =>
    found(made.read('tessera/types.gen.ts'), /^export type (?!ClientOptions)(\w+)/gm),
  suffixes: ['Data', 'Error', 'Errors', 'Response', 'Responses'],
})

describeClient({
  generator: 'orval',
  example: ['typescript-orval', 'example.ts'],
  make: async (made) => {
    await generate(made, `npx ${pinned('orval')}`, 'orval/dist/bin/orval.mjs')
    await made.run(tsc('example.ts'))
  },
  run: node('example.js'),
  types: (made) => found(made.read('tessera.ts'), /^export (?:type|interface) ([A-Z]\w+)/gm),
  suffixes: ['Headers', 'Parameter', 'Params', 'Response'],
})
