/** Starts a real server for a test: the tutorial's users in a new database, on a free port, every reply checked. */

import { Writable } from 'node:stream'
import { addDemoData } from '../../src/commands/demo-data.ts'
import { readConfig } from '../../src/config/config.ts'
import { productOf } from '../../src/create-server.ts'
import { tessera } from '../../src/main.ts'
import type { Product, Services } from '../../src/services.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/serving/server.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { databaseWithKey, testDatabase } from './database.ts'
import { registerServer } from './open-servers.ts'
import { recordLog, recordSecret } from './secrecy.ts'

export interface TestServer extends RunningServer {
  /** Everything logged so far, as text. */
  log(): string
  /** Advances the server's clock, which `services.now` reads. */
  advance(milliseconds: number): void
  /** Sends a password request; johndoe's unless `form` says otherwise. */
  login(form?: Record<string, string>): Promise<Response>
  /** An access token of johndoe, or of the user in `form`. */
  token(form?: Record<string, string>): Promise<string>
  /** GET with a bearer token. */
  get(path: string, token?: string): Promise<Response>
}

export type TestServerOptions = Pick<ServerOptions, 'prepare'> & {
  /** A server that is built on ours, or ours with a different contract or different handlers. */
  readonly product?: Partial<Product>
  /** Settings, as in the environment. */
  readonly settings?: Record<string, string>
  /** Leave the database empty. */
  readonly empty?: boolean
}

export async function testServer({
  settings,
  empty = false,
  product = {},
  ...options
}: TestServerOptions = {}): Promise<TestServer> {
  const database = settings?.DATABASE_URL ? undefined : await databaseFor(settings)
  const given = readConfig({
    PORT: '0',
    BCRYPT_COST: '10',
    CHECK_REPLIES: 'on',
    LOG_LEVEL: 'debug',
    ACCOUNT_WRITES_PER_MINUTE: '1000000',
    // A busy machine must not fail the tests of the queue.
    HASH_WAIT_SECONDS: '600',
    ...database?.settings,
    ...settings,
  })
  const config = isAboutHashing(settings) ? given : { ...given, ...quickHashing }
  for (const secret of [config.secretKey, config.pepper])
    if (secret) recordSecret('SECRET_KEY', secret)
  const lines: string[] = []
  const log = createLog(
    config,
    new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk))
        recordLog(String(chunk))
        done()
      },
    }),
  )
  let offset = 0
  const server = await startServer({
    ...options,
    product: { ...productOf(tessera), ...product },
    config,
    log,
    now: () => Date.now() + offset,
  }).catch(async (error: unknown) => {
    await database?.drop()
    throw error
  })
  const stop = registerServer(async () => {
    await server.stop()
    await database?.drop()
  })
  if (!empty) await addDemoData(withKnownHashes(server.services))

  const login: TestServer['login'] = (form = {}) =>
    fetch(`${server.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        username: 'johndoe',
        password: 'secret123',
        ...form,
      }),
    })

  return {
    ...server,
    log: () => lines.join(''),
    advance: (milliseconds) => {
      offset += milliseconds
    },
    login,
    token: async (form) => {
      const response = await login(form)
      if (response.status !== 200)
        throw new Error(`no token: ${response.status} ${await response.text()}`)
      const { access_token } = (await response.json()) as { access_token: string }
      return access_token
    },
    get: (path, token) =>
      fetch(
        `${server.url}${path}`,
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      ),
    stop,
  }
}

/** For tests that are not about hashing: one thread, and 1/64 of the work of cost 10, the minimum of the setting. */
const quickHashing = { bcryptCost: 4, hashThreads: 1 }

function isAboutHashing(settings: Readonly<Record<string, string>> = {}): boolean {
  return Object.keys(settings).some((name) => ['BCRYPT_COST', 'HASH_THREADS'].includes(name))
}

/** A server with a different secret could not decrypt the key; one with a different algorithm would generate its own. */
function databaseFor(settings: Readonly<Record<string, string>> = {}) {
  const needsOwnKey = 'SECRET_KEY' in settings || 'SIGNING_ALG' in settings
  return needsOwnKey ? testDatabase() : databaseWithKey()
}

const demoHashes = new Map<string, Promise<string>>()

/** The passwords of the demo's users are hashed once in a process. */
function withKnownHashes(services: Services): Services {
  const { bcryptCost, passwordScheme, pepper } = services.config
  const hash = (password: string) => {
    const key = JSON.stringify([bcryptCost, passwordScheme, pepper, password])
    const known = demoHashes.get(key) ?? services.passwords.hash(password)
    demoHashes.set(key, known)
    return known
  }
  return { ...services, passwords: { ...services.passwords, hash } }
}
