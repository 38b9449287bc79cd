/** Where the tokens of a session are kept between calls. */
import { isToken } from './token-response.ts'

/** Store these as they are; they can be serialized as JSON. */
export interface Tokens {
  /** Identifies the login: a call that began in one login does not continue in the next. */
  readonly login: string
  readonly accessToken: string
  /** Absent if the client is not allowed the refresh grant. */
  readonly refreshToken?: string | undefined
  /** When to refresh, in milliseconds since 1970. */
  readonly renewAt: number
}

/**
 * Clients with the same storage share the session: after a login, a refresh or a logout in one, the next call of each uses the
 * new state. Everyone who can read the storage can act as the user; in a browser, every script of the page can.
 *
 * Browser tabs need a storage in which a completed write is visible to the next read, such as IndexedDB. `localStorage` does
 * not guarantee that, even under a lock: a tab may repeat the refresh of a different tab, or miss its logout until the next call.
 */
export interface TokenStorage {
  /** A value that is not `Tokens`, or a `SyntaxError` (invalid JSON), means no session. Every other error is passed on. */
  read(): Stored | Promise<Stored>
  /**
   * `undefined` deletes the tokens. If it throws, a login or a logout fails with that error. A refresh does not: the client keeps
   * the new tokens in memory and retries the write before each call. Until a retry succeeds, other clients of the storage have
   * the old refresh token; if they use it after the server's `REFRESH_GRACE_SECONDS`, they replace the tokens of this client.
   */
  write(tokens: Tokens | undefined): void | Promise<void>
  /**
   * Runs `work` under a lock that all clients of the storage share. For browser tabs:
   * `async (work) => navigator.locks.request('tessera', work)`. Without it, a client waits for its own work only: two tabs that
   * write at the same time can undo each other's login or logout.
   */
  withLock?<T>(work: () => Promise<T>): Promise<T>
  /**
   * Runs a refresh under a second shared lock, for at most 30 seconds: `async (work) => navigator.locks.request('tessera-refresh', work)`.
   * It must not be the lock of `withLock`, which is taken during the refresh; so a logout does not wait for a refresh. Without it,
   * two tabs that refresh at the same time stay logged in only because of the server's `REFRESH_GRACE_SECONDS`, and only if both
   * requests come from one address.
   */
  withRefreshLock?<T>(work: () => Promise<T>): Promise<T>
}

type Stored = Tokens | null | undefined

export function memoryStorage(): TokenStorage {
  let stored: Stored
  return {
    read: () => stored,
    write: (tokens) => {
      stored = tokens
    },
  }
}

/** Anything may have written to the storage. The error of a JSON parser is not passed on: it quotes what it read. */
export async function readTokens(storage: TokenStorage): Promise<Tokens | undefined> {
  try {
    const stored: unknown = await storage.read()
    return isTokens(stored) ? stored : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isTokens(stored: unknown): stored is Tokens {
  if (typeof stored !== 'object' || stored === null) return false
  const { login, accessToken, refreshToken, renewAt }: Unchecked = stored
  return (
    typeof login === 'string' &&
    isToken(accessToken) &&
    (refreshToken === undefined || isToken(refreshToken)) &&
    typeof renewAt === 'number'
  )
}

type Unchecked = { readonly [Name in keyof Tokens]?: unknown }
