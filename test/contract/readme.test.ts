/** The walk of the README of the package, on the packed package. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dependencyClosure } from '../harness/dependency-closure.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { type PackedProject, packedProject } from '../harness/packed.ts'
import { edited } from './edited.ts'
import {
  examples,
  explained,
  exported,
  readmeCommands,
  readmeFiles,
  readmeMistakes,
  readmeOutput,
} from './readme.ts'

const manifest = JSON.parse(
  readFileSync(new URL('../../src/contract/manifest.json', import.meta.url), 'utf8'),
)
const commands = readmeCommands()
/** The packages that `npm install` of the README names. */
const installed = commands
  .filter((command) => command.startsWith('npm install'))
  .flatMap((command) => command.split(' ').slice(2))
  .map((name) => name.replace(/@5$/, ''))
  .filter((name) => !/^--|\.tgz$/.test(name))

let project: PackedProject
let server: ChildProcess | undefined
beforeAll(() => {
  const names = [...installed, ...Object.keys(manifest.dependencies)]
  project = packedProject('contract', dependencyClosure(names))
  for (const [name, text] of readmeFiles()) project.write(name, text)
})
afterAll(async () => {
  if (server?.kill()) await once(server, 'exit')
  project[Symbol.dispose]()
})

const mistakes = readmeMistakes()
/** The messages of the compiler, by file. One run for all programs: reading the libraries is most of its work. */
function messages(): Readonly<Record<string, string>> {
  const right = readmeFiles().get('server.ts') ?? ''
  for (const [at, { old, wrong }] of mistakes.entries())
    project.write(`mistake-${at}.ts`, edited(right, [old, wrong]))
  for (const [at, text] of examples().entries()) project.write(`example-${at}.ts`, text)
  const tsc = join(project.modules, 'typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [tsc], { cwd: project.folder, encoding: 'utf8' })
  const parts = stdout.split(/^(?=\S+\.ts\()/m).filter(Boolean)
  const byFile = Map.groupBy(parts, (text) => text.replace(/\(.*/s, ''))
  return Object.fromEntries([...byFile].map(([file, texts]) => [file, texts.join('')]))
}

describe('the README of the package', () => {
  it('installs the peers that generate needs, and names the tarball', () => {
    expect(installed.filter((name) => !name.startsWith('@types/'))).toEqual([
      'express',
      'typescript',
      'openapi-typescript',
      'yaml',
      'vitest',
      'fast-check',
    ])
    expect(commands).toContain(`npm install tessera-oauth-contract-${manifest.version}.tgz express`)
  })

  it('generates with its command [K20]', () => {
    const command = commands.find((each) => each.startsWith('npx @tessera-oauth/contract '))
    const [, , ...args] = command?.split(' ') ?? []
    const bin = join(project.modules, '@tessera-oauth/contract/bin.js')
    const { stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd: project.folder,
      encoding: 'utf8',
    })
    expect([stdout, stderr]).toEqual([
      'wrote generated/contract.ts generated/api.ts generated/openapi.json\n',
      '',
    ])
  })

  it('has programs that compile, as the API page has, and mistakes that do not, for the reason that it shows [K20]', () => {
    const says = mistakes.map((mistake, at) => [
      `mistake-${at}.ts`,
      expect.stringContaining(mistake.says),
    ])
    expect(messages()).toEqual(Object.fromEntries(says))
  })

  it('has a test that holds the server to its contract [K9]', () => {
    const vitest = join(project.modules, 'vitest/vitest.mjs')
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [vitest, 'run', 'contract.test.ts'],
      { cwd: project.folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
    )
    expect(status, stdout + stderr).toBe(0)
    // Quiet if nothing is wrong.
    expect(stderr).toBe('')
    expect(stdout.trim().split('\n').length, stdout).toBeLessThan(40)
  })

  it('has an API page that explains each export, and nothing else', () => {
    const names = exported().map(({ name }) => name)
    expect(explained().toSorted()).toEqual(names.toSorted())
  })

  it('has an API page whose programs, or those of the README, use each function', () => {
    const programs = [...examples(), ...readmeFiles().values()].join('\n')
    const unused = exported()
      .filter(({ name, isType }) => !isType && !new RegExp(`\\b${name}\\b`).test(programs))
      .map(({ name }) => name)
    // `generate` writes the program that uses it.
    expect(unused).toEqual(['generatedContract'])
  })

  it('has five mistakes, one of them a status that is an error', () => {
    expect(mistakes).toHaveLength(5)
    expect(mistakes.map(({ wrong }) => wrong)).toContain('refuse[409]')
  })

  it('prints what its requests get [K20]', async () => {
    const port = await freePort()
    server = spawn(process.execPath, ['server.ts'], {
      cwd: project.folder,
      env: { ...process.env, PORT: String(port) },
      stdio: 'ignore',
    })
    await untilListening(port)
    const requests = commands.filter((command) => command.startsWith('curl '))
    const printed = requests.map((command) => {
      const line = command.replace('localhost:3000', `localhost:${port}`)
      return execFileSync('sh', ['-c', line.replace('curl', 'curl --silent')], { encoding: 'utf8' })
    })
    expect(printed).toEqual(readmeOutput())
  })
})

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const response = await fetch(`http://localhost:${port}/notes`).catch(() => undefined)
    if (response?.ok) return
    await setTimeout(50)
  }
}
