/** One session: begun by a password, kept alive by one refresh at a time, ended by a logout or a refusal. */
import type { TokenRequest, TokenResponse } from '../../generated/api.ts'
import type { Calls } from './calls.ts'
import { LoginRequired, OAuthFailure } from './failures.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { tokenGrants } from './token-grants.ts'
import type { TokenStorage, Tokens } from './token-storage.ts'

/** The scopes asked for are separated by spaces; all that there are, unless some are named. */
export type Credentials = Required<Pick<TokenRequest, 'username' | 'password'>> &
  Pick<TokenRequest, 'scope'>

export interface Session {
  logIn(credentials: Credentials): Promise<readonly string[]>
  logOut(): Promise<void>
  /** Tokens to make a call with, fresh as far as this client can tell. Throws a `LoginRequired`. */
  tokens(): Promise<Tokens>
  /** Those that come after some that are worn out or were refused. Throws a `LoginRequired`. */
  renew(worn: Tokens): Promise<Tokens>
}

export function createSession({ POST }: Pick<Calls, 'POST'>, storage: TokenStorage): Session {
  const { passwordGrant, refreshGrant } = tokenGrants(POST)
  // What is written is decided by what is held, and nothing may come between the two.
  const inTurn = oneAtATime()
  let flight: { readonly accessToken: string; readonly renewed: Promise<Tokens> } | undefined

  async function logIn(credentials: Credentials): Promise<readonly string[]> {
    const answer = await passwordGrant(credentials)
    await inTurn(async () => storage.write(tokensOf(answer, String(Math.random()))))
    return answer.scope.split(' ').filter(Boolean)
  }

  async function logOut(): Promise<void> {
    const held = await inTurn(forgotten)
    if (!held) return
    await POST('/revoke', { body: { token: held.refreshToken ?? held.accessToken } })
  }

  async function forgotten(): Promise<Tokens | null | undefined> {
    const held = await storage.read()
    if (held) await storage.write(undefined)
    return held
  }

  async function tokens(): Promise<Tokens> {
    const held = await storage.read()
    if (!held) throw new LoginRequired('Log in first')
    return held.refreshToken && held.renewAt <= Date.now() ? renew(held) : held
  }

  function renew(worn: Tokens): Promise<Tokens> {
    if (flight?.accessToken === worn.accessToken) return flight.renewed
    const renewed = successorOf(worn).finally(() => {
      if (flight?.renewed === renewed) flight = undefined
    })
    flight = { accessToken: worn.accessToken, renewed }
    return renewed
  }

  async function successorOf(worn: Tokens): Promise<Tokens> {
    const held = await heldSince(worn)
    if (held.accessToken !== worn.accessToken) return held
    if (!held.refreshToken) return ended(worn, 'the access token has expired')
    const answer = await refreshGrant(held.refreshToken).catch((error: unknown) =>
      isRefusal(error) ? ended(worn, error.message, { cause: error }) : Promise.reject(error),
    )
    const next = tokensOf(answer, worn.login)
    await succeed(worn, next)
    return next
  }

  /** There may have been a logout meanwhile, or another login: what came of these tokens is nobody's then. */
  function succeed(worn: Tokens, next: Tokens | undefined): Promise<void> {
    return inTurn(async () => {
      await heldSince(worn)
      await storage.write(next)
    })
  }

  async function heldSince({ login }: Tokens): Promise<Tokens> {
    const held = await storage.read()
    if (held?.login !== login) throw new LoginRequired('The session has ended')
    return held
  }

  async function ended(worn: Tokens, reason: string, options?: ErrorOptions): Promise<never> {
    await succeed(worn, undefined)
    throw new LoginRequired(`The session has ended: ${reason}`, options)
  }

  return { logIn, logOut, tokens, renew }
}

/** A network that fails, a server that is busy: these pass, and the session with its tokens is kept. */
const isRefusal = (error: unknown): error is OAuthFailure =>
  error instanceof OAuthFailure && (error.status === 400 || error.status === 401)

/** To be renewed when nine tenths of their life are over. */
const tokensOf = (answer: TokenResponse, login: string): Tokens => ({
  login,
  accessToken: answer.access_token,
  refreshToken: answer.refresh_token,
  renewAt: Date.now() + answer.expires_in * 900,
})
