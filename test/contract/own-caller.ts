/** A new account for the test kit, with its own item, session and neighbor, made as they are needed. */
import { demoClient } from '../../src/commands/demo-data.ts'
import { newId } from '../../src/keys/secrets.ts'
import { firstPartyClient } from '../../src/oauth/clients.ts'
import { newRefreshToken } from '../../src/oauth/refresh-tokens.ts'
import type { ProofKind } from '../../src/store/proofs.ts'
import { addAccount, changeAccount } from '../harness/accounts.ts'
import { declaredScopes } from '../harness/contract-operations.ts'
import { addProof } from '../harness/mailed-proofs.ts'
import type { TestServer } from '../harness/test-server.ts'

export interface OwnCaller {
  readonly username: string
  readonly password: string
  /** An access token of the account's session with these scopes. */
  token(scopes: readonly string[]): Promise<string>
  /** Of a session that has ended. */
  endedToken(): Promise<string>
  refreshToken(): Promise<string>
  sessionId(): Promise<string>
  itemId(): Promise<string>
  /** Returns the id of a further item. */
  addItem(): Promise<string>
  /** The proof of a mail to the address of the account. */
  mailedProof(kind: ProofKind): Promise<{ readonly request_id: string; readonly proof: string }>
  verifyEmail(): Promise<unknown>
  /** The id of another account. */
  neighborId(): Promise<string>
}

/** Of the demo. */
export const clientCredentials = `Basic ${Buffer.from(`${demoClient.clientId}:${demoClient.secret}`).toString('base64')}`

const anHour = 3_600_000
const password = 'a-password-of-visitors'

/** Returns a function that makes callers. */
export async function ownCallers({ services }: TestServer): Promise<() => Promise<OwnCaller>> {
  const { store, audit, accessTokens, now } = services
  const passwordHash = await services.passwords.hash(password)
  let callers = 0
  return newCaller

  async function newCaller(): Promise<OwnCaller> {
    const username = `visitor-${callers++}`
    const email = `${username}@example.com`
    const userId = await addAccount(
      { services },
      { username, passwordHash, email, scopes: declaredScopes },
    )
    const login = lazy(session)
    return {
      username,
      password,
      token: async (scopes) => accessTokens.issue({ ...(await login()).login, scopes }),
      endedToken,
      refreshToken: async () => (await login()).refreshToken,
      sessionId: async () => (await session()).login.sessionId,
      itemId: lazy(addItem),
      addItem,
      mailedProof,
      verifyEmail: () => changeAccount({ services }, username, { emailVerified: true }),
      neighborId: lazy(() => addAccount({ services }, { username: `${username}-b`, passwordHash })),
    }

    async function session() {
      const owner = { userId, clientId: firstPartyClient.clientId }
      const { text, familyHash, hash: tokenHash } = newRefreshToken()
      const login = { ...owner, sessionId: newId('s'), scopes: declaredScopes }
      const isAdded = await store.sessions.add(
        {
          session: {
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
          },
          client: undefined,
          maxSessions: 1000,
          event: audit.event('login', owner),
        },
        { passwordHash, version: 1 },
      )
      if (!isAdded) throw new Error('the caller could not log in')
      return { login, refreshToken: text }
    }

    async function mailedProof(kind: ProofKind) {
      const { requestId, secret } = await addProof({ services }, userId, { kind, email })
      return { request_id: requestId, proof: secret }
    }

    async function endedToken(): Promise<string> {
      const { login } = await session()
      await store.sessions.end(login, now(), audit.event('session_ended', login))
      return accessTokens.issue(login)
    }

    async function addItem(): Promise<string> {
      const itemId = newId('i').replaceAll('_', '-')
      const row = { ownerId: userId, itemId, title: undefined, description: undefined }
      await store.items.add({ ...row, createdAt: now(), version: 1 })
      return itemId
    }
  }
}

function lazy<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}
