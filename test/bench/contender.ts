/** One contender in a process of its own. Tells its parent where it listens, and, when asked, how much CPU it has used. */

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { createApp } from '../../src/app.ts'
import { addDemoData } from '../../src/commands/demo.ts'
import { readConfig } from '../../src/config.ts'
import { contractOf, readContract } from '../../src/contract/contract.ts'
import { operations } from '../../src/operations/index.ts'
import { openServices } from '../../src/services.ts'

export interface Ready {
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
}

const contenders: Readonly<Record<string, () => Promise<Ready>>> = {
  'bare Express': bareExpress,
  'Tessera, 10 operations': () => tessera(6),
  'Tessera, 60 operations': () => tessera(60),
  'Tessera, on disk': () => tessera(10, temporaryFile()),
}

const [, , name = ''] = process.argv
process.send?.(await contenders[name]?.())
process.on('message', () => process.send?.(process.cpuUsage()))

async function bareExpress(): Promise<Ready> {
  const app = express()
  const user = {
    user_id: 'u_4qYvjF3xT1aPzJc0',
    username: 'johndoe',
    email: 'johndoe@example.com',
    full_name: 'John Doe',
    disabled: false,
    scopes: ['me:read', 'items:read'],
    created_at: '2026-01-02T03:04:05.678Z',
  }
  app.get('/users/me', (_req, res) => void res.json(user))
  return { port: await listen(app), headers: {} }
}

/** The server as production runs it, with the log off and the contract grown to so many operations. */
async function tessera(count: number, file = ':memory:'): Promise<Ready> {
  const settings = { DATABASE_URL: file, SECRET_KEY: 'x'.repeat(32), BCRYPT_COST: '10' }
  const config = readConfig({ ...settings, LOG_LEVEL: 'silent' })
  const services = await openServices({ config, issuer: 'http://127.0.0.1' })
  await addDemoData(services)
  const { document } = readContract()
  const handlers = { ...operations(services) }
  const template = document.paths['/users/me/items']?.get
  for (let more = Object.keys(handlers).length; more < count; more++) {
    const operationId = `readMore${more}`
    document.paths[`/more/${more}`] = {
      get: { ...template, operationId, responses: template?.responses ?? {} },
    }
    Object.assign(handlers, { [operationId]: handlers.readOwnItems })
  }
  const port = await listen(createApp(services, { contract: contractOf(document), handlers }))
  const body = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
  const answer = await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body })
  const { access_token } = (await answer.json()) as { access_token: string }
  return { port, headers: { Authorization: `Bearer ${access_token}` } }
}

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** It goes when the parent ends this process. */
function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  process.once('SIGTERM', () => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
  return join(folder, 'bench.db')
}
