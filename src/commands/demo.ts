/** `tessera demo`: everything on one machine, with the tutorial's users, in a database that goes when it ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultScopes, newUser } from '../accounts/new-user.ts'
import type { Profile } from '../accounts/profile.ts'
import { type Environment, readConfig } from '../config/config.ts'
import { digest } from '../keys/secrets.ts'
import { grantTypes } from '../oauth/grants.ts'
import type { Services } from '../services.ts'
import { startServer } from '../serving/server.ts'
import { stopOnSignal, withMetrics } from './serve.ts'

interface DemoUser extends Partial<Profile> {
  readonly username: string
  readonly password: string
  readonly disabled?: boolean
  readonly administers?: boolean
}

/** The tutorial's users, and an administrator. Their passwords are public: they exist in this command only. */
export const demoUsers: readonly DemoUser[] = [
  {
    username: 'johndoe',
    fullName: 'John Doe',
    email: 'johndoe@example.com',
    password: 'secret123',
  },
  {
    username: 'alice',
    fullName: 'Alice Johnson',
    email: 'alice@example.com',
    password: 'password456',
    disabled: true,
  },
  {
    username: 'admin',
    fullName: 'Ada Admin',
    email: 'admin@example.com',
    password: 'administrator123',
    administers: true,
  },
]

export async function demo(environment: Environment): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-demo-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const config = readConfig({
    LOG_LEVEL: 'warn',
    // Its passwords are no secret: a quick start is worth more than a slow hash.
    BCRYPT_COST: '10',
    CHECK_REPLIES: 'on',
    ...environment,
    DATABASE_URL: join(folder, 'demo.db'),
  })
  const server = await startServer({ config })
  try {
    await addDemoData(server.services)
  } catch (error) {
    await server.stop()
    throw error
  }
  const running = await withMetrics(server)
  stopOnSignal(running, config)
  process.stdout.write(welcome(server.url))
}

/** A confidential client, as a service that is shown tokens would be. */
export const demoClient = { clientId: 'demo-service', secret: 'demo-service-secret' }

/** Adds the users, an item for johndoe, and the client. */
export async function addDemoData(services: Services): Promise<void> {
  const ids: string[] = []
  for (const user of demoUsers) ids.push(await addDemoUser(services, user))
  const [johndoe = ''] = ids
  await services.store.items.add({
    ownerId: johndoe,
    itemId: 'Foo',
    title: undefined,
    description: undefined,
    createdAt: services.now(),
    version: 1,
  })
  await services.store.clients.add({
    clientId: demoClient.clientId,
    secretHash: digest(demoClient.secret),
    grants: grantTypes,
    scopes: undefined,
    mayIntrospect: true,
    disabled: false,
    createdAt: services.now(),
  })
}

async function addDemoUser(
  { store, passwords, scopes: declared, now }: Services,
  { password, administers, ...given }: DemoUser,
): Promise<string> {
  const scopes = administers ? declared : defaultScopes(declared)
  const user = newUser({ ...given, scopes, passwordHash: await passwords.hash(password) }, now())
  await store.users.add(user)
  return user.userId
}

function welcome(url: string): string {
  return `listening on ${url}

Get a token:         curl ${url}/token -d username=johndoe -d password=secret123
Read the reference:  ${url}/redoc
Try it out:          ${url}/docs

Users: ${demoUsers.map(({ username, password, disabled }) => `${username}/${password}${disabled ? ' (disabled)' : ''}`).join('  ')}
The data goes when this ends (Ctrl-C).
`
}
