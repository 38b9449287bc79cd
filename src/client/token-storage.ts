/** Where a session's tokens are between two calls. */
import { isToken } from './granted.ts'

/** To be kept as they are: JSON holds them. */
export interface Tokens {
  /** Tells two logins apart, so that no call begun in one ends in the other. */
  readonly login: string
  readonly accessToken: string
  /** Absent where the client is not allowed the refresh grant. */
  readonly refreshToken?: string | undefined
  /** When to refresh, in milliseconds since 1970. */
  readonly renewAt: number
}

/**
 * Clients that share one share the session: a login, a refresh or a logout in one holds for the next call of each.
 * Whoever reads it can act for the user: a page's scripts read what the page stores.
 *
 * Tabs want one in which a write that has ended is what the next one reads, as IndexedDB. In `localStorage` it is not, even under
 * a lock: a tab may refresh again what another has refreshed, or miss its logout until the next call.
 */
export interface TokenStorage {
  /** What is no `Tokens`, or no JSON (a `SyntaxError`), is no session. What else it throws comes through as it is. */
  read(): Kept | Promise<Kept>
  /**
   * Nothing is written to forget them. Where it fails, a login or a logout fails with what it throws. A refresh does not: the client
   * holds the new tokens by itself, and tries to write them before each call. Until then no other client of the storage has
   * them, nor this one when it is made anew: the server takes the old ones for stolen, and the session ends.
   */
  write(tokens: Tokens | undefined): void | Promise<void>
  /**
   * Does work while no other client of the storage does any, as `async (work) => navigator.locks.request('tessera', work)`
   * does for the tabs of a browser. Without it a client waits for its own work only: two tabs that write
   * in the same instant can undo each other's login or logout.
   */
  alone?<T>(work: () => Promise<T>): Promise<T>
  /**
   * Does a refresh while no other client of the storage does any, for half a minute at most, as
   * `async (work) => navigator.locks.request('tessera-refresh', work)` does. It is not the lock of `alone`, which is taken meanwhile:
   * a logout waits for no refresh. Without it two tabs that refresh in the same instant stay logged in by the
   * server's `REFRESH_GRACE_SECONDS`.
   */
  refreshAlone?<T>(work: () => Promise<T>): Promise<T>
}

type Kept = Tokens | null | undefined

export function keptInMemory(): TokenStorage {
  let kept: Kept
  return {
    read: () => kept,
    write: (tokens) => {
      kept = tokens
    },
  }
}

/** Whatever else may write there. The complaint of a JSON parser is not passed on: it quotes what it read. */
export async function tokensIn(storage: TokenStorage): Promise<Tokens | undefined> {
  try {
    const kept: unknown = await storage.read()
    return isTokens(kept) ? kept : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isTokens(kept: unknown): kept is Tokens {
  if (typeof kept !== 'object' || kept === null) return false
  const { login, accessToken, refreshToken, renewAt }: Found = kept
  return (
    typeof login === 'string' &&
    isToken(accessToken) &&
    (refreshToken === undefined || isToken(refreshToken)) &&
    typeof renewAt === 'number'
  )
}

type Found = { readonly [Name in keyof Tokens]?: unknown }
