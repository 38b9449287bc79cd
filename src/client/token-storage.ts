/** Where a session's tokens are between two calls. */

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

/** Clients that share one share the session. Whoever reads it can act for the user: a page's scripts read its `localStorage`. */
export interface TokenStorage {
  read(): Kept | Promise<Kept>
  /** Nothing is written to forget them. */
  write(tokens: Tokens | undefined): void | Promise<void>
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
