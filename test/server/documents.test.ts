/** The README and the API page of the package of the server are followed, on a project of `tessera new` with the packed package. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeProject } from '../../src/commands/write-project.ts'
import { dependencyClosure } from '../harness/dependency-closure.ts'
import { type PackedProject, packedProject } from '../harness/packed.ts'
import {
  afterStep,
  examples,
  explained,
  exported,
  readme,
  type Step,
  shown,
  steps,
} from './documents.ts'

const dependenciesOf = (file: string): string[] =>
  Object.keys(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).dependencies)
const tools = [
  '@biomejs/biome',
  'typescript',
  'openapi-typescript',
  'yaml',
  'vitest',
  'fast-check',
  '@types/node',
]

let project: PackedProject
const bin = (path: string, ...args: string[]) => {
  const options = { cwd: project.folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } }
  const file = join(project.modules, path)
  return spawnSync(process.execPath, [file, ...args], { ...options, encoding: 'utf8' })
}
const generate = () => bin('@tessera-oauth/contract/bin.js', 'generate', 'openapi.yaml')
const types = () => bin('typescript/bin/tsc').stdout

function take(step: Step): void {
  const { file, line, text } = step
  if (line === undefined) return project.write(file, text)
  project.write(file, afterStep(readFileSync(join(project.folder, file), 'utf8'), step))
}

beforeAll(() => {
  const dependencies = [
    ...dependenciesOf('../../src/manifest.json'),
    ...dependenciesOf('../../src/contract/manifest.json'),
  ]
  project = packedProject('server', dependencyClosure([...dependencies, ...tools]), ['contract'])
  writeProject({ folder: project.folder, name: 'notes', dependencies: {} })
}, 300_000)
afterAll(() => project[Symbol.dispose]())

describe('the documents of the package of the server', () => {
  it('add a field of accounts and a security scheme to a project; the compiler says what is missing [N9, N16]', () => {
    const taken = steps.filter(({ file }) => file === 'openapi.yaml')
    for (const step of taken) take(step)
    expect(generate().stderr).toBe('')
    const said = types()
    expect(said).toMatch(/is missing the following properties .*: readHeartbeat, readUsersMe\n/)
    expect(said).toContain("Property 'security' is missing")
    for (const step of steps.filter((each) => !taken.includes(each))) take(step)
    for (const [at, text] of examples.entries()) project.write(`src/example-${at}.ts`, text)
    expect(types()).toBe('')
  })

  it('leave a project that is formatted and linted [N9]', () => {
    const { status, stdout, stderr } = bin('@biomejs/biome/bin/biome', 'check', '.')
    expect(status, stdout + stderr).toBe(0)
  })

  it('have tests that pass, beside those of the project and of its contract [N9, N13, N16]', () => {
    project.write('test/heartbeat.test.ts', heartbeat)
    const { status, stdout, stderr } = bin('vitest/vitest.mjs', 'run')
    expect(status, stdout + stderr).toBe(0)
  })

  it('explain each export, and nothing else, in at most 250 lines', () => {
    expect([...explained].sort()).toEqual([...exported].sort())
    expect(shown.length).toBeGreaterThan(0)
    for (const [file, text] of shown)
      expect(
        readFileSync(new URL(`../../src/template/${file}`, import.meta.url), 'utf8'),
      ).toContain(text)
    expect(examples.length).toBeGreaterThan(3)
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(250)
  })
})

const heartbeat = `
import { testServer } from '@tessera-oauth/server/testing'
import { expect, it } from 'vitest'
import { server } from '../src/server.ts'

it('answers the owner of a key', async () => {
  await using running = await testServer(server)
  const known = await running.fetch('/heartbeat', { headers: { 'x-api-key': 'monitoring-key' } })
  expect([known.status, known.headers.get('x-reader')]).toEqual([204, 'monitor'])
  const unknown = await running.fetch('/heartbeat', { headers: { 'x-api-key': 'other' } })
  expect(await unknown.json()).toMatchObject({ status: 401, code: 'unknown_key' })
})
`
