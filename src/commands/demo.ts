/** `tessera demo`: the server with the tutorial's users, on a temporary database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newUser } from '../accounts/new-user.ts'
import type { Profile } from '../accounts/profile.ts'
import { type Environment, readConfig } from '../config/config.ts'
import { digest } from '../keys/secrets.ts'
import { grantTypes } from '../oauth/grants.ts'
import type { Product, Services } from '../services.ts'
import { startServer } from '../serving/server.ts'
import { stopOnSignal, withMetrics } from './serve.ts'

interface DemoUser extends Partial<Profile> {
  readonly username: string
  readonly password: string
  readonly disabled?: boolean
  readonly isAdministrator?: boolean
}

/** The tutorial's users and an administrator. Their passwords are public: only this command creates them. */
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
    isAdministrator: true,
  },
]

export async function demo(product: Product, environment: Environment): Promise<void> {
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

/** A confidential client, such as a resource server that introspects tokens. */
export const demoClient = { clientId: 'demo-service', secret: 'demo-service-secret' }

/** Adds the users, an item of johndoe, and the client. */
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
  { store, passwords, scopes: declared, defaultScopes, now }: Services,
  { password, isAdministrator, ...account }: DemoUser,
): Promise<string> {
  const scopes = isAdministrator ? declared : defaultScopes
  const user = newUser({ ...account, scopes, passwordHash: await passwords.hash(password) }, now())
  await store.users.add(user)
  return user.userId
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
