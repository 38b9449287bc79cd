/** Authenticates clients (RFC 6749 §2.3, §3.2.1), and limits them to their grants and scopes. */
import type { IncomingMessage } from 'node:http'
import { addLogFields, headerValues } from '#contract'
import { isSecret } from '../keys/secrets.ts'
import type { ClientRow, Clients } from '../store/clients.ts'
import { InvalidClient, InvalidRequest, UnauthorizedClient } from './oauth-errors.ts'

/** The built-in client, for requests that name none: public, and not stored. `hasGrant` allows it every grant. */
export const firstPartyClient: ClientRow = {
  clientId: 'tessera',
  secretHash: undefined,
  // Not read: the list of all grants imports them, and they import this file.
  grants: [],
  scopes: undefined,
  mayIntrospect: false,
  disabled: false,
  createdAt: 0,
}

interface ClientFields {
  readonly client_id?: string | undefined
  readonly client_secret?: string | undefined
}

interface Credentials {
  readonly clientId: string
  readonly secret: string
}

/** Returns undefined if the request names no client. Throws an `InvalidClient`, after noting a known client id for the log. */
export async function authenticateClient(
  clients: Clients,
  http: IncomingMessage,
  body: ClientFields,
): Promise<ClientRow | undefined> {
  const { clientId, secret } = credentialsIn(http, body)
  if (clientId === '' && secret === '') return undefined
  const client = await clientById(clients, clientId)
  // An unknown client id is not logged: it could be a secret.
  if (client) addLogFields(http, { clientId })
  if (!client || client.disabled)
    throw new InvalidClient(client ? 'disabled client' : 'unknown client')
  if (client.secretHash === undefined && secret !== '')
    throw new InvalidClient('secret sent for a public client')
  if (client.secretHash !== undefined && !isSecret(secret, client.secretHash))
    throw new InvalidClient('wrong secret')
  return client
}

export async function clientById(
  clients: Pick<Clients, 'byId'>,
  clientId: string,
): Promise<ClientRow | undefined> {
  return clientId === firstPartyClient.clientId ? firstPartyClient : await clients.byId(clientId)
}

/** As `authenticateClient`, but returns the built-in client if the request names none. */
export async function requestingClient(
  clients: Clients,
  http: IncomingMessage,
  body: ClientFields,
): Promise<ClientRow> {
  return (await authenticateClient(clients, http, body)) ?? firstPartyClient
}

export function hasGrant(client: ClientRow, grant: string): boolean {
  return client === firstPartyClient || client.grants.includes(grant)
}

export function requireGrant(client: ClientRow, grant: string): void {
  if (!hasGrant(client, grant)) throw new UnauthorizedClient('The client may not use this grant')
}

/** The user's scopes that the client may have. */
export function scopesFor({ scopes }: ClientRow, userScopes: readonly string[]): readonly string[] {
  return scopes ? userScopes.filter((scope) => scopes.includes(scope)) : userScopes
}

function credentialsIn(http: IncomingMessage, body: ClientFields): Credentials {
  const inBody = { clientId: body.client_id ?? '', secret: body.client_secret ?? '' }
  const [header, ...others] = headerValues(http, 'authorization')
  if (header === undefined) return inBody
  if (others.length > 0) throw new InvalidRequest('The client authenticates more than once')
  const inHeader = basicCredentials(header)
  // Swagger UI sends an empty id and an empty secret if its fields are empty.
  if (inHeader.clientId === '' && inHeader.secret === '') return inBody
  if (inBody.secret !== '') throw new InvalidRequest('The client authenticates more than once')
  if (inBody.clientId !== '' && inBody.clientId !== inHeader.clientId) {
    throw new InvalidRequest('The body and the Authorization header name different clients')
  }
  return inHeader
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined and base64-encoded. */
function basicCredentials(header: string): Credentials {
  const encoded = /^basic +([A-Za-z0-9+/]*={0,2})$/i.exec(header)?.[1]
  if (encoded === undefined) throw new InvalidClient('not HTTP Basic')
  const decoded = Buffer.from(encoded, 'base64').toString()
  const colon = decoded.indexOf(':')
  if (colon < 0) throw new InvalidClient('no colon')
  return {
    clientId: formDecode(decoded.slice(0, colon)),
    secret: formDecode(decoded.slice(colon + 1)),
  }
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new InvalidClient('not form-encoded')
  }
}
