import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PackedProject, packedProject } from '../harness/packed.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { clientDependencies } from './dependencies.ts'
import { type ReadmeExample, readmeExample } from './readme-example.ts'

/** Reaches the types of the contract, which would be `any` if they were not in the package. */
const typed = `
import { createClient, type Item, type Tokens, type TokenStorage, type User } from '@tessera-oauth/client'

let kept: Tokens | undefined
const storage: TokenStorage = { read: () => kept, write: (tokens) => { kept = tokens } }
const tessera = createClient({ storage, clientId: 'shop' })
export const owned = async (): Promise<Item[]> => (await tessera.GET('/users/me/items')).data
export const misread = async (user: User) => {
  // @ts-expect-error: a name is a text
  const name: number = user.username
  // @ts-expect-error: there is no such path
  await tessera.GET('/users/you')
  return name
}
`

/** The same from a CommonJS module, which loads the package with `import()`. */
const commonJs = `
export async function misread() {
  const { createClient } = await import('@tessera-oauth/client')
  const { data } = await createClient().GET('/users/me')
  // @ts-expect-error: a name is a text
  const name: number = data.username
  return name
}
`

const textOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

/** The Node of the machine, if it is not the version that npm installed. */
function systemNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .filter((node) => existsSync(node))
    .find(
      (node) =>
        execFileSync(node, ['-p', 'process.version'], { encoding: 'utf8' }).trim() !==
        process.version,
    )
}

let server: TestServer
let project: PackedProject
let example: ReadmeExample
beforeAll(async () => {
  server = await testServer()
  project = packedProject('client', clientDependencies)
  example = readmeExample('example.ts', server.url)
  project.write('example.ts', example.code)
  project.write('me.ts', readmeExample('me.ts', server.url).code)
  project.write('tabs.ts', readmeExample('tabs.ts', server.url).code)
  project.write('typed.ts', typed)
  project.write('typed.cts', commonJs)
})
afterAll(async () => {
  project[Symbol.dispose]()
  await server.stop()
})

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: 'es2022',
  skipDefaultLibCheck: true,
}
const inNode = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  skipLibCheck: true,
}
const inBrowser = {
  module: 'esnext',
  moduleResolution: 'bundler',
  types: [],
  lib: ['es2022', 'dom'],
}

const inOldBundler = {
  module: 'esnext',
  moduleResolution: 'node10',
  types: [],
  lib: ['es2022', 'dom'],
  skipLibCheck: true,
}

/** In milliseconds, on a busy machine. */
const compilerTimeout = 120_000

describe('the package', () => {
  it('contains the client and the types of the contract, and nothing else', () => {
    const client = /^src\/client\/[a-z-]+(\.js|\.d\.ts)$/
    expect(project.packed.filter((file) => !client.test(file)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'generated/api.d.ts',
      'generated/api.js',
      'generated/client.d.ts',
      'generated/client.js',
      'package.json',
    ])
    expect(project.packed.filter((file) => client.test(file)).length).toBeGreaterThan(10)
  })

  it('has the manifest and the README of src/client', () => {
    for (const file of ['package.json', 'README.md'])
      expect(project.packedText(file)).toBe(textOf(`src/client/${file}`))
  })

  it('has the version of the repository, and the dependency version that its tests use', () => {
    const { version, dependencies } = JSON.parse(textOf('src/client/package.json'))
    const whole = JSON.parse(textOf('package.json'))
    expect(version).toBe(whole.version)
    expect(dependencies).toEqual({ 'openapi-fetch': whole.devDependencies['openapi-fetch'] })
  })

  it('has types that every module resolution finds', () => {
    project.requireTypes()
  })

  it('has a manifest that publint accepts', async () => {
    expect(await project.manifestFaults()).toEqual([])
  })

  it('is packed without a change outside of dist', () => {
    expect(project.changed).toEqual([])
  })
})

describe('the examples of the README', () => {
  it(
    'compile strictly with bundler resolution and browser types',
    () => {
      project.compile({ ...strict, ...inBrowser })
    },
    compilerTimeout,
  )

  it(
    'compile strictly with Node resolution, and the first prints what the README says',
    async () => {
      project.compile({ ...strict, ...inNode })
      expect(await project.run(process.execPath, 'example.js')).toBe(example.printed)
      expect(await project.run(process.execPath, 'me.js')).toBe('johndoe\n')
    },
    compilerTimeout,
  )

  it(
    'compile strictly with the resolution of old bundlers',
    () => {
      project.compile({ ...strict, ...inOldBundler })
    },
    compilerTimeout,
  )

  const system = systemNode()
  it.skipIf(!system)('run on the Node of the machine, if it is a different one', async () => {
    expect(await project.run(system ?? '', 'example.js')).toBe(example.printed)
  })
})
