/** `tessera client add|list|disable|enable|rotate-secret`: manages the registered clients. */
import { declaredScopes } from '../accounts/contract-scopes.ts'
import { auditEvent } from '../audit/audit.ts'
import { digest, newSecret } from '../keys/secrets.ts'
import { firstPartyClient } from '../oauth/clients.ts'
import { grantTypes } from '../oauth/grants.ts'
import type { ClientRow } from '../store/clients.ts'
import type { Store } from '../store/store.ts'
import { CommandError } from './command-error.ts'
import { print, printJson } from './output.ts'
import { type Setup, withExistingStore, withStore } from './with-store.ts'

export interface NewClient {
  readonly clientId: string
  readonly isPublic: boolean
  /** Absent: all. */
  readonly grants: readonly string[] | undefined
  /** Absent: all. */
  readonly scopes: readonly string[] | undefined
  readonly mayIntrospect: boolean
}

/** Prints the secret of a confidential client. Only its hash is stored. */
export function addClient(setup: Setup, client: NewClient, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    const { clientId, isPublic, grants = grantTypes, mayIntrospect } = client
    if (!/^[^\p{Cc}]{1,200}$/u.test(clientId))
      throw new CommandError('a client id must have 1 to 200 characters and no control characters')
    rejectBuiltIn(clientId)
    if (grants.length === 0) throw new CommandError('a client needs at least one grant')
    if (isPublic && mayIntrospect)
      throw new CommandError('a public client cannot introspect: it cannot authenticate')
    requireKnown('grant', grants, grantTypes)
    if (client.scopes) requireKnown('scope', client.scopes, declaredScopes(setup.product))
    const secret = isPublic ? undefined : newSecret()
    const row = {
      clientId,
      secretHash: secret && digest(secret),
      grants: [...new Set(grants)],
      scopes: client.scopes && [...new Set(client.scopes)],
      mayIntrospect,
      disabled: false,
      createdAt: Date.now(),
    }
    const event = auditEvent('command_line', 'client_added', { clientId }, Date.now())
    if (!(await store.clients.add(row, event)))
      throw new CommandError(`client ${clientId} already exists`)
    if (json) return await printJson({ ...clientBody(row), secret })
    await print(`added ${lineOf(row)}${secret ? `secret: ${secret}\n` : ''}`)
  })
}

/** Revokes the tokens and sessions of the client; it gets no new ones. */
export function disableClient(setup: Setup, clientId: string, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    rejectBuiltIn(clientId)
    const now = Date.now()
    const event = auditEvent('command_line', 'client_disabled', { clientId }, now)
    if (!(await store.clients.disable(clientId, now, event))) throw unknownClient(clientId)
    await (json ? printClient(store, clientId) : print(`disabled ${clientId}\n`))
  })
}

/** The client can get tokens again. Ended sessions are not restored. */
export function enableClient(setup: Setup, clientId: string, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    rejectBuiltIn(clientId)
    const event = auditEvent('command_line', 'client_enabled', { clientId }, Date.now())
    if (!(await store.clients.enable(clientId, event))) throw unknownClient(clientId)
    await (json ? printClient(store, clientId) : print(`enabled ${clientId}\n`))
  })
}

/** Prints the new secret. The old one is rejected from now on. */
export function rotateSecret(setup: Setup, clientId: string, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    rejectBuiltIn(clientId)
    const secret = newSecret()
    const event = auditEvent('command_line', 'client_secret_rotated', { clientId }, Date.now())
    if (!(await store.clients.replaceSecret(clientId, digest(secret), event))) {
      throw new CommandError(`unknown confidential client ${clientId}`)
    }
    await (json ? printClient(store, clientId, secret) : print(`secret: ${secret}\n`))
  })
}

export function listClients(setup: Setup, json: boolean): Promise<void> {
  return withExistingStore(setup, async (store) => {
    const clients = await store.clients.list()
    await (json ? printJson(clients.map(clientBody)) : print(clients.map(lineOf).join('')))
  })
}

async function printClient({ clients }: Store, clientId: string, secret?: string): Promise<void> {
  const client = await clients.byId(clientId)
  if (!client) throw unknownClient(clientId)
  await printJson({ ...clientBody(client), secret })
}

/** Without the hash of the secret. */
function clientBody({
  clientId,
  secretHash,
  grants,
  scopes,
  mayIntrospect,
  disabled,
  createdAt,
}: ClientRow) {
  return {
    client_id: clientId,
    confidential: secretHash !== undefined,
    grants,
    scopes,
    may_introspect: mayIntrospect,
    disabled,
    created_at: new Date(createdAt).toISOString(),
  }
}

function lineOf({
  clientId,
  secretHash,
  grants,
  scopes,
  mayIntrospect,
  disabled,
}: ClientRow): string {
  const parts = [
    clientId.padEnd(20),
    secretHash === undefined ? 'public      ' : 'confidential',
    `grants: ${grants.join(' ') || 'none'}`,
    `scopes: ${scopes?.join(' ') ?? 'all'}`,
    ...(mayIntrospect ? ['may introspect'] : []),
    ...(disabled ? ['disabled'] : []),
  ]
  return `${parts.join('  ')}\n`
}

function requireKnown(what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.filter((each) => !known.includes(each))
  if (unknown.length > 0)
    throw new CommandError(`unknown ${what} ${unknown.join(' ')}: use ${known.join(' ')}`)
}

function rejectBuiltIn(clientId: string): void {
  if (clientId === firstPartyClient.clientId)
    throw new CommandError(`${clientId} is the built-in client, which cannot be changed`)
}

function unknownClient(clientId: string): CommandError {
  return new CommandError(`unknown client ${clientId}`)
}
