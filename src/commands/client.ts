/** `tessera client add|list|disable|enable|rotate-secret`: manages the registered clients. */
import { declaredScopes } from '../accounts/contract-scopes.ts'
import { commandEvent } from '../audit/audit.ts'
import { digest, newSecret } from '../keys/secrets.ts'
import { firstPartyClient } from '../oauth/clients.ts'
import { grantTypes } from '../oauth/grants.ts'
import type { ClientRow, Clients } from '../store/clients.ts'
import { CommandError } from './command-error.ts'
import { type JsonOption, splitWords } from './options.ts'
import { print, printJson, printResult } from './output.ts'
import { type Setup, withExistingStore, withStore } from './with-store.ts'

export interface AddOptions extends JsonOption {
  readonly public?: boolean
  /** Absent: all. */
  readonly grants?: string
  /** Absent: all. */
  readonly scopes?: string
  readonly introspect?: boolean
}

/** Prints the secret of a confidential client. Only its hash is stored. */
export function addClient(setup: Setup, clientId: string, options: AddOptions): Promise<void> {
  return withStore(setup, async (store) => {
    const { public: isPublic = false, introspect: mayIntrospect = false, json } = options
    const grants = splitWords(options.grants) ?? grantTypes
    const scopes = splitWords(options.scopes)
    if (!/^[^\p{Cc}]{1,200}$/u.test(clientId))
      throw new CommandError('a client id must have 1 to 200 characters and no control characters')
    rejectBuiltIn(clientId)
    if (grants.length === 0) throw new CommandError('a client needs at least one grant')
    if (isPublic && mayIntrospect)
      throw new CommandError('a public client cannot introspect: it cannot authenticate')
    requireKnown('grant', grants, grantTypes)
    if (scopes) requireKnown('scope', scopes, declaredScopes(setup.product))
    const secret = isPublic ? undefined : newSecret()
    const row = {
      clientId,
      secretHash: secret && digest(secret),
      grants: [...new Set(grants)],
      scopes: scopes && [...new Set(scopes)],
      mayIntrospect,
      disabled: false,
      createdAt: Date.now(),
    }
    const event = commandEvent('client_added', { clientId })
    if (!(await store.clients.add(row, event)))
      throw new CommandError(`client ${clientId} already exists`)
    const text = `added ${lineOf(row)}${secret ? `secret: ${secret}\n` : ''}`
    await printResult(json, { ...clientBody(row), secret }, text)
  })
}

/** Disabling revokes the tokens and sessions of the client, and it gets no new ones. Enabling restores none. */
export function setClientDisabled(
  setup: Setup,
  clientId: string,
  disabled: boolean,
  json: boolean,
): Promise<void> {
  return withStore(setup, async ({ clients }) => {
    rejectBuiltIn(clientId)
    const done = disabled ? 'disabled' : 'enabled'
    const event = commandEvent(`client_${done}`, { clientId })
    const isChanged = disabled
      ? await clients.disable(clientId, Date.now(), event)
      : await clients.enable(clientId, event)
    if (!isChanged) throw unknownClient(clientId)
    await (json ? printClient(clients, clientId) : print(`${done} ${clientId}\n`))
  })
}

/** Prints the new secret. The old one is rejected from now on. */
export function rotateSecret(setup: Setup, clientId: string, json: boolean): Promise<void> {
  return withStore(setup, async ({ clients }) => {
    rejectBuiltIn(clientId)
    const secret = newSecret()
    const event = commandEvent('client_secret_rotated', { clientId })
    if (!(await clients.replaceSecret(clientId, digest(secret), event)))
      throw new CommandError(`unknown confidential client ${clientId}`)
    await (json ? printClient(clients, clientId, secret) : print(`secret: ${secret}\n`))
  })
}

export function listClients(setup: Setup, json: boolean): Promise<void> {
  return withExistingStore(setup, async (store) => {
    const clients = await store.clients.list()
    await printResult(json, clients.map(clientBody), clients.map(lineOf).join(''))
  })
}

async function printClient(clients: Clients, clientId: string, secret?: string): Promise<void> {
  const client = await clients.byId(clientId)
  if (!client) throw unknownClient(clientId)
  await printJson({ ...clientBody(client), secret })
}

/** Without the hash of the secret. */
function clientBody(client: ClientRow) {
  const { grants, scopes, disabled } = client
  return {
    client_id: client.clientId,
    confidential: client.secretHash !== undefined,
    grants,
    scopes,
    may_introspect: client.mayIntrospect,
    disabled,
    created_at: new Date(client.createdAt).toISOString(),
  }
}

function lineOf(client: ClientRow): string {
  const parts = [
    client.clientId.padEnd(20),
    client.secretHash === undefined ? 'public      ' : 'confidential',
    `grants: ${client.grants.join(' ') || 'none'}`,
    `scopes: ${client.scopes?.join(' ') ?? 'all'}`,
    ...(client.mayIntrospect ? ['may introspect'] : []),
    ...(client.disabled ? ['disabled'] : []),
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
