/** Who asks for a token (RFC 6749 §2.3). There is one client, the built-in first-party one, which is public. */
import type { IncomingMessage } from 'node:http'
import { InvalidClient, InvalidRequest } from './oauth-errors.ts'

export interface Client {
  readonly clientId: string
}

export const firstParty: Client = { clientId: 'tessera' }

interface ClientFields {
  readonly client_id?: string | undefined
  readonly client_secret?: string | undefined
}

interface ClientCredentials {
  readonly clientId: string
  readonly secret: string
}

/** The client of a request; without credentials, the first-party one. Throws an `InvalidClient`. */
export function authenticateClient(http: IncomingMessage, body: ClientFields): Client {
  const { clientId, secret } = credentialsIn(http, body)
  if (clientId === '' && secret === '') return firstParty
  if (clientId !== firstParty.clientId) throw new InvalidClient('unknown client')
  if (secret !== '') throw new InvalidClient('a secret for a public client')
  return firstParty
}

function credentialsIn(http: IncomingMessage, body: ClientFields): ClientCredentials {
  const inBody = { clientId: body.client_id ?? '', secret: body.client_secret ?? '' }
  const [header, ...others] = http.headersDistinct.authorization ?? []
  if (header === undefined) return inBody
  if (others.length > 0) throw new InvalidRequest('The client authenticates more than once')
  const inHeader = basicCredentials(header)
  if (inHeader.clientId === '' && inHeader.secret === '') return inBody
  if (inBody.secret !== '') throw new InvalidRequest('The client authenticates more than once')
  if (inBody.clientId !== '' && inBody.clientId !== inHeader.clientId)
    throw new InvalidRequest('The client has two ids')
  return inHeader
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined and base64-encoded. */
function basicCredentials(header: string): ClientCredentials {
  const [, encoded] = /^basic +([A-Za-z0-9+/]*={0,2})$/i.exec(header) ?? []
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
