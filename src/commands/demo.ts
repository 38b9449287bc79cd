/** `tessera demo`: the server with the tutorial's users, on a temporary database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, readConfig } from '../config/config.ts'
import type { Product } from '../services.ts'
import { startServer } from '../serving/server.ts'
import { addDemoData, demoClient, demoUsers } from './demo-data.ts'
import { outliveOutput } from './output.ts'
import { stopOnSignal, withMetrics } from './serve.ts'

export { addDemoData, demoClient, demoUsers }

export async function demo(product: Product, environment: Environment): Promise<void> {
  outliveOutput()
  const folder = mkdtempSync(join(tmpdir(), 'tessera-demo-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const config = readConfig({
    LOG_LEVEL: 'warn',
    // The passwords are public: a fast start matters more than a slow hash.
    BCRYPT_COST: '10',
    CHECK_REPLIES: 'on',
    ...environment,
    DATABASE_URL: join(folder, 'demo.db'),
  })
  const server = await startServer({ config, product, prepare: addDemoData })
  const running = await withMetrics(server)
  stopOnSignal(running, config)
  process.stdout.write(welcome(server.url))
}

function welcome(url: string): string {
  return `listening on ${url}

Get a token:         curl ${url}/token -d username=johndoe -d password=secret123
Read the reference:  ${url}/redoc
Try it out:          ${url}/docs

Users: ${demoUsers.map(({ username, password, disabled }) => `${username}/${password}${disabled ? ' (disabled)' : ''}`).join('  ')}
Client: ${demoClient.clientId}/${demoClient.secret} (may introspect)
Ctrl-C stops the server and deletes its temporary database.
`
}
