/** The package in an empty project on Node 24: installed from its tarball by npm, pnpm and Yarn. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../harness/embedded-postgres.ts'
import { installation, managers, node24, weightOf } from '../harness/installation.ts'
import { type Packages, packedPackages } from '../harness/packed.ts'
import { readmeCommands, readmeFiles } from './readme.ts'

const commands = readmeCommands()
const development = commands
  .find((command) => command.includes('--save-dev'))
  ?.split('--save-dev')[1]

let packed: Packages
let nodes: string
let bin: string
beforeAll(() => {
  packed = packedPackages()
  nodes = mkdtempSync(join(tmpdir(), 'tessera-node-24-'))
  bin = node24(nodes)
}, 300_000)
afterAll(() => {
  packed[Symbol.dispose]()
  rmSync(nodes, { recursive: true })
})

describe.each(Object.entries(managers))('a project of %s', (name, { install, dev, exec, node }) => {
  it('installs, generates, compiles and serves [K20]', async () => {
    using project = installation(bin)
    project.write('package.json', '{ "name": "notes", "private": true, "type": "module" }')
    for (const file of ['openapi.yaml', 'server.ts', 'tsconfig.json'])
      project.write(file, readmeFiles().get(file) ?? '')
    expect(await project.run('node --version')).toMatch(/^v24\./)
    await project.run(`${install} ${packed.tarballOf('contract')} express`)
    if (name === 'npm') {
      const { packages, megabytes } = weightOf(project.folder)
      process.stdout.write(`a production installation: ${packages} packages, ${megabytes} MB\n`)
      expect(packages).toBeLessThan(130)
      expect(megabytes).toBeLessThan(20)
    }
    await project.run(`${dev} ${development}`)
    expect(await project.run(`${exec} tessera-contract generate openapi.yaml`)).toContain('wrote')
    await project.run(`${exec} tsc`)

    const port = await freePort()
    const server = spawn('sh', ['-c', `exec ${node} server.ts`], {
      cwd: project.folder,
      env: { ...project.environment, PORT: String(port) },
      detached: true,
      stdio: 'ignore',
    })
    try {
      expect(await firstResponse(`http://localhost:${port}/notes`)).toEqual([
        { id: 1, text: 'Water the plants' },
      ])
    } finally {
      // The whole group: a package manager starts Node as a child.
      if (server.pid && server.exitCode === null) process.kill(-server.pid)
      await once(server, 'exit')
    }
  }, 600_000)
})

/** The body of the first response. A server that has ended is a timeout. */
async function firstResponse(url: string): Promise<unknown> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await setTimeout(200)) {
    const response = await fetch(url).catch(() => undefined)
    if (response) return await response.json()
  }
  return undefined
}
