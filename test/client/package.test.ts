import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { type PackedProject, packedProject } from './packed.ts'
import { type ReadmeExample, readmeExample } from './readme-example.ts'

/** Reaches the types of the contract, which would be `any` if they were not in the package. */
const typed = `
import { createClient, type Item, type Tokens, type TokenStorage, type User } from 'tessera/client'

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

/** The Node of the machine, where that is another than the one that npm brought. */
function otherNode(): string | undefined {
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
  project = packedProject()
  example = readmeExample('example.ts', server.url)
  project.write('example.ts', example.code)
  project.write('tabs.ts', readmeExample('tabs.ts', server.url).code)
  project.write('typed.ts', typed)
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

/** In milliseconds, on a machine that has much else to do. */
const aCompilersTime = 120_000

describe('the package', () => {
  it('holds the client and the types of the contract, and nothing else', () => {
    const client = /^dist\/src\/client\/[a-z-]+(\.js|\.d\.ts)$/
    expect(project.packed.filter((file) => !client.test(file)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/generated/api.d.ts',
      'dist/generated/client.d.ts',
      'dist/generated/client.js',
      'package.json',
    ])
    expect(project.packed.filter((file) => client.test(file)).length).toBeGreaterThan(10)
  })

  it('brings what the client needs: not the server, its Node, or a script', () => {
    const manifest = JSON.parse(project.manifests.packed)
    const whole = JSON.parse(project.manifests.whole)
    expect(manifest.dependencies).toEqual({ 'openapi-fetch': whole.dependencies['openapi-fetch'] })
    expect(manifest).not.toHaveProperty('optionalDependencies')
    expect(Object.keys(manifest.scripts)).toEqual(['prepack', 'postpack'])
    expect(manifest).toMatchObject({ name: 'tessera', engines: { node: '>=20' } })
  })

  it('leaves the package.json of the repository as it was', () => {
    expect(project.manifests.left).toBe(project.manifests.whole)
  })
})

describe('the examples of the README', () => {
  it(
    'compile strictly where a bundler resolves, with the types of a browser',
    () => {
      project.compile({ ...strict, ...inBrowser })
    },
    aCompilersTime,
  )

  it(
    'compile strictly where Node resolves, and the first prints what the README says',
    async () => {
      project.compile({ ...strict, ...inNode })
      expect(await project.run(process.execPath, 'example.js')).toBe(example.printed)
    },
    aCompilersTime,
  )

  const other = otherNode()
  it.skipIf(!other)('run on the Node of the machine, where it is another', async () => {
    expect(await project.run(other ?? '', 'example.js')).toBe(example.printed)
  })
})
