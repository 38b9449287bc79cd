import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dependencyClosure } from '../harness/dependency-closure.ts'
import { type PackedProject, packedProject } from '../harness/packed.ts'
import { bookText } from './books.ts'

const textOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const manifest = JSON.parse(textOf('src/contract/manifest.json'))
const whole = JSON.parse(textOf('package.json'))

/** What a production installation gets. */
const production = dependencyClosure(['express', ...Object.keys(manifest.dependencies)])

let project: PackedProject
beforeAll(() => {
  project = packedProject('contract', production)
  project.write('openapi.yaml', bookText)
})
afterAll(() => project[Symbol.dispose]())

describe('the package of the contract layer', () => {
  it('contains its code with types, its documents, and nothing else [K4]', () => {
    const code = /^([a-z]+\/)?[a-z0-9-]+(\.js|\.d\.ts)$/
    expect(project.packed.filter((file) => !code.test(file)).sort()).toEqual([
      'API.md',
      'LICENSE',
      'README.md',
      'package.json',
    ])
  })

  it('has the manifest and the README of src/contract', () => {
    expect(project.packedText('package.json')).toBe(textOf('src/contract/manifest.json'))
    expect(project.packedText('README.md')).toBe(textOf('src/contract/README.md'))
  })

  it('has the version of the repository, and ranges that begin with the versions of its tests', () => {
    expect(manifest.version).toBe(whole.version)
    const tested = { ...whole.dependencies, ...whole.devDependencies }
    const { express, ...others } = { ...manifest.dependencies, ...manifest.peerDependencies }
    for (const [name, range] of Object.entries(others))
      expect(`${name} ${range}`.replace('^', '')).toBe(`${name} ${tested[name]}`)
    expect(tested.express).toMatch(/^5\./)
    expect(express).toBe('^5.0.0')
  })

  it('brings no store, no hashing, no Node, and nothing that only generate needs [K4]', () => {
    const unwanted =
      /^(bcrypt|pg|kysely|jose|pino|piscina|zod|node-.*|typescript|openapi-typescript|yaml|vitest|fast-check|@redocly\/.*)$/
    expect(production.filter((name) => unwanted.test(name))).toEqual([])
  })

  it('has types that every module resolution finds', () => {
    project.requireTypes()
  })

  it('has a manifest that publint accepts', async () => {
    expect(await project.manifestFaults()).toEqual([])
  })
})

describe('the command of the package', () => {
  const bin = () => join(project.folder, 'node_modules/@tessera-oauth/contract/bin.js')
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [bin(), ...args], { cwd: project.folder, encoding: 'utf8' })
  const generate = () => run('generate', 'openapi.yaml')

  it('says what to install where only production packages are', () => {
    const { status, stderr } = generate()
    expect([status, stderr]).toEqual([
      1,
      'generate needs packages: npm install --save-dev openapi-typescript typescript@5 yaml\n',
    ])
  })

  it('generates with the packages that it names', () => {
    const more = dependencyClosure(['openapi-typescript', 'typescript', 'yaml'])
    project.install(more.filter((name) => !production.includes(name)))
    expect(generate().stderr).toBe('')
    const written = readFileSync(join(project.folder, 'generated/contract.ts'), 'utf8')
    expect(written).toContain("from '@tessera-oauth/contract'")
  })

  it('compares with the package that it names [K38]', () => {
    const diff = () => run('diff')
    expect(diff().stderr).toBe('diff needs a package: npm install --save-dev @redocly/cli\n')
    project.install(['@redocly/cli'])
    expect(diff().stdout).toBe('nothing has changed\n')
  })
})
