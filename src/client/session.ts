/** One session: started by a password login, extended by one refresh at a time, ended by a logout or an error response. */
import type { TokenRequest } from '../../generated/api.ts'
import type { Calls } from './calls.ts'
import { currentTokens } from './current-tokens.ts'
import { LoginRequired, OAuthFailure, UnexpectedResponse } from './failures.ts'
import { createMutex, type RunExclusive, withLockTimeout } from './mutex.ts'
import { tokenGrants } from './token-grants.ts'
import { type IssuedTokens, isTokenResponse } from './token-response.ts'
import type { TokenStorage, Tokens } from './token-storage.ts'

/** `scope` is a list separated by spaces. Without it, the session has all scopes that the user and the client have. */
export type Credentials = Required<Pick<TokenRequest, 'username' | 'password'>> &
  Pick<TokenRequest, 'scope'>

export type Session = ReturnType<typeof createSession>

export function createSession({ POST }: Pick<Calls, 'POST'>, storage: TokenStorage) {
  const { passwordGrant, refreshGrant } = tokenGrants(POST)
  const { read, write, replace, hasUnwritten, writePending } = currentTokens(storage)
  // Every write depends on a read: no other write may come between the two.
  const localLock = createMutex()
  const withLock: RunExclusive = (work) => localLock(() => storage.withLock?.(work) ?? work())
  const localRefreshLock = createMutex()
  const withRefreshLock: RunExclusive = (work) =>
    localRefreshLock(() => storage.withRefreshLock?.(work) ?? work())
  let refresh: { readonly accessToken: string; readonly renewed: Promise<Tokens> } | undefined

  async function logIn(credentials: Credentials): Promise<readonly string[]> {
    const issued = await passwordGrant(credentials)
    await withLock(async () => write(tokensOf(issued, String(Math.random()))))
    const { scope = credentials.scope ?? '' } = issued
    return scope.split(' ').filter(Boolean)
  }

  async function logOut(): Promise<void> {
    const deleted = await withLock(async () => {
      const current = await read()
      await write(undefined)
      return current
    })
    if (!deleted) return
    await POST('/revoke', { body: { token: deleted.refreshToken ?? deleted.accessToken } })
  }

  /** The tokens for a call, refreshed if they are due. Throws `LoginRequired`. */
  async function tokens(): Promise<Tokens> {
    if (hasUnwritten()) await withLock(writePending)
    const current = await read()
    if (!current) throw new LoginRequired('Log in first')
    const isDue = current.refreshToken && current.renewAt <= Date.now()
    if (!isDue) return current
    // A refresh before the expiry may fail: the access token may still be valid, and the server rejects it if not.
    return renew(current).catch((error: unknown) => {
      if (error instanceof LoginRequired) throw error
      return current
    })
  }

  /** The successors of tokens that are due or were rejected. Throws `LoginRequired`. */
  function renew(old: Tokens): Promise<Tokens> {
    if (refresh?.accessToken === old.accessToken) return refresh.renewed
    const renewed = withLockTimeout(withRefreshLock, () => successorOf(old)).finally(() => {
      if (refresh?.renewed === renewed) refresh = undefined
    })
    refresh = { accessToken: old.accessToken, renewed }
    return renewed
  }

  async function successorOf(old: Tokens): Promise<Tokens> {
    const current = await tokensOfSameLogin(old)
    if (current.accessToken !== old.accessToken) return current
    if (!current.refreshToken) return end(old, `${sessionEnded}: the access token has expired`)
    const result = await refreshGrant(current.refreshToken).catch((error: unknown) => {
      if (isRejection(error)) return error
      throw error
    })
    if (!(result instanceof OAuthFailure)) return store(old, tokensOf(result, old.login))
    const { message } = result
    const text = message === sessionEnded ? sessionEnded : `${sessionEnded}: ${message}`
    return end(old, text, { cause: result })
  }

  /**
   * After a logout or a new login during the refresh, the renewed tokens are dropped. If a different client of the storage has
   * refreshed too, its tokens are kept: its refresh token is the same or a later one.
   */
  function store(old: Tokens, renewed: Tokens): Promise<Tokens> {
    return withLock(async () => {
      const current = await tokensOfSameLogin(old)
      if (current.accessToken !== old.accessToken) return current
      await replace(old, renewed)
      return renewed
    })
  }

  /** Unless a different client of the storage has refreshed in the meantime: then its tokens are returned. */
  function end(old: Tokens, message: string, options?: ErrorOptions): Promise<Tokens> {
    return withLock(async () => {
      const current = await tokensOfSameLogin(old)
      if (current.accessToken !== old.accessToken) return current
      await write(undefined)
      throw new LoginRequired(message, options)
    })
  }

  /**
   * Sends a call that ends the session of `old` and returns the tokens of a new one, and continues with these. No refresh runs
   * meanwhile: the server would reject it.
   */
  function replaced(old: Tokens, send: () => Promise<Response>): Promise<Response> {
    return withLockTimeout(withRefreshLock, async () => {
      const response = await send()
      if (response.ok) await adopt(old, response)
      return response
    })
  }

  /** After a logout or a new login during the call, the new session is ended. */
  async function adopt(old: Tokens, response: Response): Promise<void> {
    const issued: unknown = await response
      .clone()
      .json()
      .catch(() => undefined)
    if (!isTokenResponse(issued)) throw new UnexpectedResponse(response)
    const isAdopted = await withLock(async () => {
      const current = await read()
      if (current?.login !== old.login) return false
      await replace(current, tokensOf(issued, old.login))
      return true
    })
    const token = issued.refresh_token ?? issued.access_token
    if (!isAdopted) await POST('/revoke', { body: { token } }).catch(() => {})
  }

  async function tokensOfSameLogin({ login }: Tokens): Promise<Tokens> {
    const current = await read()
    if (current?.login !== login) throw new LoginRequired(sessionEnded)
    return current
  }

  return { logIn, logOut, tokens, renew, replaced }
}

const sessionEnded = 'The session has ended'

/** Ends the session. Network errors and a busy server do not. */
const isRejection = (error: unknown): error is OAuthFailure =>
  error instanceof OAuthFailure && (error.status === 400 || error.status === 401)

/** Tokens are refreshed after 90 % of their lifetime, or when rejected if the lifetime is unknown. JSON has no infinity. */
const tokensOf = (issued: IssuedTokens, login: string): Tokens => ({
  login,
  accessToken: issued.access_token,
  refreshToken: issued.refresh_token,
  renewAt: Math.min(
    Date.now() + (issued.expires_in ?? Number.POSITIVE_INFINITY) * 900,
    Number.MAX_SAFE_INTEGER,
  ),
})
