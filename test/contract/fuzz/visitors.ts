/** A new visitor for every request: an account with all scopes and its own resources, so that requests do not depend on each other. */
import { demoClient } from '../../../src/commands/demo.ts'
import { newId } from '../../../src/keys/secrets.ts'
import { firstPartyClient } from '../../../src/oauth/clients.ts'
import { newRefreshToken } from '../../../src/oauth/refresh-tokens.ts'
import { addAccount } from '../../harness/accounts.ts'
import { declaredScopes } from '../../harness/contract-operations.ts'
import type { TestServer } from '../../harness/test-server.ts'
import { isSuccess } from './checks.ts'
import { type FuzzRequest, pathOf } from './requests.ts'
import { curlLine, type HttpResponse, send, type Wire } from './send.ts'

export interface Sent {
  readonly request: FuzzRequest
  readonly response: HttpResponse
  /** The request as a curl command. */
  readonly curl: string
}

export interface Visitor {
  /** Replaces the placeholders in the request by the visitor's own values, and sends it. */
  send(request: FuzzRequest): Promise<Sent>
}

export interface Visitors {
  newVisitor(): Visitor
  /** One visitor for many requests, replaced after a request that succeeds. */
  untilSuccess(): Visitor
}

const anHour = 3_600_000
const password = 'a-password-of-visitors'

/** The server needs open registration and a large budget of failed logins. */
export async function visitorsOf(server: TestServer): Promise<Visitors> {
  const { services, url } = server
  const passwordHash = await services.passwords.hash(password)
  let visitors = 0
  return { newVisitor, untilSuccess }

  function untilSuccess(): Visitor {
    let visitor = newVisitor()
    return {
      async send(request) {
        const sent = await visitor.send(request)
        if (isSuccess(sent.response.status)) visitor = newVisitor()
        return sent
      },
    }
  }

  function newVisitor(): Visitor {
    const username = `visitor-${visitors++}`
    const userId = addAccount(server, { username, passwordHash, scopes: declaredScopes })
    const login = lazy(() => session())
    const otherLogin = lazy(() => session())
    const known: Record<string, () => Promise<string>> = {
      'known-username': async () => username,
      'known-password': async () => password,
      'known-client-id': async () => demoClient.clientId,
      'known-client-secret': async () => demoClient.secret,
      'known-basic': async () =>
        Buffer.from(`${demoClient.clientId}:${demoClient.secret}`).toString('base64'),
      'known-access-token': async () => (await login()).access,
      'known-tampered-token': async () => tampered((await login()).access),
      'known-ended-token': lazy(() => endedToken()),
      'known-refresh-token': async () => (await login()).refresh,
      'known-session-id': async () => (await login()).sessionId,
      'known-other-session-id': async () => (await otherLogin()).sessionId,
      'known-user-id': lazy(() => addAccount(server, { username: `${username}-b`, passwordHash })),
      'known-item-id': lazy(() => item()),
    }
    return { send: sendKnown }

    async function sendKnown(request: FuzzRequest): Promise<Sent> {
      await userId
      const wire = await withKnown(wireOf(request))
      const response = await send(url, wire)
      return { request, response, curl: curlLine(url, wire) }
    }

    async function withKnown({ method, target, headers, body }: Wire): Promise<Wire> {
      const ownTarget = await named(target)
      const ownHeaders: Record<string, string> = {}
      for (const [name, value] of Object.entries(headers)) {
        const text = await named(value)
        ownHeaders[name] = text.includes('known-etag')
          ? text.replace('known-etag', await etagAt(ownTarget))
          : text
      }
      const ownBody = typeof body === 'string' ? await named(body) : body
      return { method, target: ownTarget, headers: ownHeaders, body: ownBody }
    }

    async function named(text: string): Promise<string> {
      let result = text
      for (const [name] of text.matchAll(/known-[a-z-]+/g)) {
        const value = await known[name]?.()
        if (value !== undefined) result = result.replace(name, () => value)
      }
      return result
    }

    /** The current ETag, read at the path of the change itself. */
    async function etagAt(target: string): Promise<string> {
      const headers = { authorization: `Bearer ${(await login()).access}` }
      const response = await send(url, { method: 'GET', target, headers, body: undefined })
      return response.headers.etag?.slice(1, -1) ?? 'none'
    }

    async function session(): Promise<{ sessionId: string; access: string; refresh: string }> {
      const { store, audit, accessTokens, now } = services
      const owner = { userId: await userId, clientId: firstPartyClient.clientId }
      const refreshToken = newRefreshToken()
      const { familyHash, hash: tokenHash } = refreshToken
      const login = { ...owner, sessionId: newId('s'), scopes: declaredScopes }
      const session = {
        ...login,
        userAgent: undefined,
        address: undefined,
        createdAt: now(),
        lastUsedAt: now(),
        expiresAt: now() + anHour,
        idleExpiresAt: now() + anHour,
        endedAt: undefined,
        refresh: {
          familyHash,
          tokenHash,
          previousHash: undefined,
          rotatedAt: undefined,
          rotatedFrom: undefined,
          successorNumber: 0,
        },
      }
      const isAdded = await store.sessions.add(
        { session, client: undefined, maxSessions: 1000, event: audit.event('login', owner) },
        { passwordHash, version: 1 },
      )
      if (!isAdded) throw new Error('the visitor could not log in')
      const access = await accessTokens.issue(login)
      return { sessionId: login.sessionId, access, refresh: refreshToken.text }
    }

    async function endedToken(): Promise<string> {
      const { store, audit, now } = services
      const { sessionId, access } = await session()
      const name = { userId: await userId, sessionId }
      await store.sessions.end(name, now(), audit.event('session_ended', name))
      return access
    }

    async function item(): Promise<string> {
      const itemId = newId('i').replaceAll('_', '-')
      const row = { ownerId: await userId, itemId, title: undefined, description: undefined }
      await services.store.items.add({ ...row, createdAt: services.now(), version: 1 })
      return itemId
    }
  }
}

function wireOf(request: FuzzRequest): Wire {
  const { operation, query, headers, body } = request
  const search = query.length > 0 ? `?${query.join('&')}` : ''
  return { method: operation.method, target: `${pathOf(request)}${search}`, headers, body }
}

/** Changes one character of the signature. */
function tampered(token: string): string {
  const at = token.lastIndexOf('.') + 5
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

function lazy<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}
