/** The package in an empty project on Node 24: installed from its tarball, with that of the contract layer, by npm and pnpm. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Installation,
  installation,
  managers,
  node24,
  weightOf,
} from '../harness/installation.ts'
import { type Packages, packedPackages } from '../harness/packed.ts'

const contract = `openapi: 3.1.0
info: { title: Notes, version: 1.0.0 }
servers: [{ url: / }]
tags: [{ name: Tokens }, { name: Account }]
paths:
  /token: { $ref: '@tessera-oauth/server/openapi.yaml#/paths/~1token' }
  /revoke: { $ref: '@tessera-oauth/server/openapi.yaml#/paths/~1revoke' }
  /introspect: { $ref: '@tessera-oauth/server/openapi.yaml#/paths/~1introspect' }
  /.well-known/jwks.json: { $ref: '@tessera-oauth/server/openapi.yaml#/paths/~1.well-known~1jwks.json' }
  /.well-known/oauth-authorization-server: { $ref: '@tessera-oauth/server/openapi.yaml#/paths/~1.well-known~1oauth-authorization-server' }
  /.well-known/oauth-protected-resource: { $ref: '@tessera-oauth/server/openapi.yaml#/paths/~1.well-known~1oauth-protected-resource' }
  /users/me: { $ref: '@tessera-oauth/server/openapi.yaml#/paths/~1users~1me' }
components:
  securitySchemes:
    clientBasic: { $ref: '@tessera-oauth/server/openapi.yaml#/components/securitySchemes/clientBasic' }
    OAuth2:
      type: oauth2
      flows:
        password: { tokenUrl: /token, scopes: { 'me:read': Read your account., 'me:write': Change your account. } }
`

const program = `import { createServer } from '@tessera-oauth/server'
import { contract } from './generated/contract.ts'

await createServer({
  name: 'notes',
  contract,
  source: new URL('openapi.yaml', import.meta.url),
  defaultScopes: ['me:*'],
  handlers: () => ({}),
}).cli()
`

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

describe.each([
  ['npm', managers.npm],
  ['pnpm', managers.pnpm],
])('a project of %s', (name, { install, dev, exec }) => {
  it('installs, generates, compiles, starts, logs in, and shows its contract [N18]', async () => {
    using project = installation(bin)
    project.write('package.json', '{ "name": "notes", "private": true, "type": "module" }')
    project.write('openapi.yaml', contract)
    project.write('server.ts', program)
    // bcrypt has a program for each platform: its install script, which pnpm asks about, has nothing to do.
    project.write('pnpm-workspace.yaml', 'allowBuilds: { bcrypt: false }\n')
    expect(await project.run('node --version')).toMatch(/^v24\./)
    await project.run(`${install} ${packed.tarballOf('server')} ${packed.tarballOf('contract')}`)
    if (name === 'npm') {
      const { packages, megabytes } = weightOf(project.folder)
      process.stdout.write(`a production installation: ${packages} packages, ${megabytes} MB\n`)
      expect(megabytes).toBeLessThan(60)
    }
    await project.run(`${dev} openapi-typescript typescript@5 yaml @types/node`)
    expect(await project.run(`${exec} tessera --version`)).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(await project.run(`${exec} tessera-contract generate openapi.yaml`)).toContain('wrote')
    await project.run(
      `${exec} tsc --strict --noEmit --module nodenext --skipLibCheck false --allowImportingTsExtensions --resolveJsonModule --types node --lib esnext --target esnext server.ts`,
    )
    await servesAndPurges(project)
  }, 600_000)
})

async function servesAndPurges(project: Installation): Promise<void> {
  {
    await using demo = await project.start('node server.ts demo')
    const body = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
    expect((await fetch(`${demo.url}/token`, { method: 'POST', body })).status).toBe(200)
    for (const path of ['/redoc', '/docs', '/openapi.yaml', '/openapi.json'])
      expect([path, (await fetch(demo.url + path)).status]).toEqual([path, 200])
    expect(await (await fetch(`${demo.url}/openapi.yaml`)).text()).toBe(contract)
  }
  const file = join(project.folder, 'notes.db')
  await project.run('DATABASE_URL=notes.db node server.ts migrate')
  const database = new DatabaseSync(file)
  database.exec("insert into revoked_tokens (jti, expires_at) values ('t_old', 1)")
  await using _server = await project.start('DATABASE_URL=notes.db node server.ts serve')
  // In a thread.
  await expect.poll(() => database.prepare('select jti from revoked_tokens').all()).toEqual([])
  database.close()
}
