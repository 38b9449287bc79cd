/** The example accounts, item and client of the demo and of `tessera seed`. */
import { newUser } from '../accounts/new-user.ts'
import type { Profile } from '../accounts/profile.ts'
import type { About, AuditKind } from '../audit/audit.ts'
import { digest } from '../keys/secrets.ts'
import { grantTypes } from '../oauth/grants.ts'
import type { Services } from '../services.ts'
import type { AuditEventRow } from '../store/audit-events.ts'

interface DemoUser extends Partial<Profile> {
  readonly username: string
  readonly password: string
  readonly disabled?: boolean
  readonly isAdministrator?: boolean
}

/** The tutorial's users and an administrator, whose addresses are verified. Their passwords are public: only the demo and `seed` create them. */
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

/** A confidential client, such as a resource server that introspects tokens. */
export const demoClient = { clientId: 'demo-service', secret: 'demo-service-secret' }

type DemoServices = Pick<Services, 'store' | 'passwords' | 'scopes' | 'defaultScopes' | 'now'>

/** The event that records that an account or the client was added. */
type EventOf = (kind: AuditKind, about: About) => AuditEventRow

/** Adds the users, an item of johndoe, and the client. Without `eventOf`, no events. */
export async function addDemoData(services: DemoServices, eventOf?: EventOf): Promise<void> {
  const ids: string[] = []
  for (const user of demoUsers) ids.push(await addDemoUser(services, user, eventOf))
  const [johndoe = ''] = ids
  await services.store.items.add({
    ownerId: johndoe,
    itemId: 'Foo',
    title: undefined,
    description: undefined,
    createdAt: services.now(),
    version: 1,
  })
  const { clientId, secret } = demoClient
  const client = {
    clientId,
    secretHash: digest(secret),
    grants: grantTypes,
    scopes: undefined,
    mayIntrospect: true,
    disabled: false,
    createdAt: services.now(),
  }
  await services.store.clients.add(client, eventOf?.('client_added', { clientId }))
}

async function addDemoUser(
  { store, passwords, scopes: declared, defaultScopes, now }: DemoServices,
  { password, isAdministrator, ...account }: DemoUser,
  eventOf: EventOf | undefined,
): Promise<string> {
  const scopes = isAdministrator ? declared : defaultScopes
  const passwordHash = await passwords.hash(password)
  const user = newUser({ ...account, emailVerified: true, scopes, passwordHash }, now())
  await store.users.add(user, eventOf?.('user_added', { userId: user.userId }))
  return user.userId
}
