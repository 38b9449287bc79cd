/** One session: begun by a password, kept alive by one refresh at a time, ended by a logout or a refusal. */
import type { TokenRequest } from '../../generated/api.ts'
import type { Calls } from './calls.ts'
import { LoginRequired, OAuthFailure } from './failures.ts'
import type { Granted } from './granted.ts'
import { heldTokens } from './held-tokens.ts'
import { type InTurn, oneAtATime } from './one-at-a-time.ts'
import { tokenGrants } from './token-grants.ts'
import type { TokenStorage, Tokens } from './token-storage.ts'
import { underLock } from './under-lock.ts'

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
  const { read, write, replace, isBehind, catchUp } = heldTokens(storage)
  // What is written is decided by what is held, and nothing may come between the two.
  const mine = oneAtATime()
  const inTurn: InTurn = (work) => mine(() => storage.alone?.(work) ?? work())
  const refreshing: InTurn = (work) => storage.refreshAlone?.(work) ?? work()
  let flight: { readonly accessToken: string; readonly renewed: Promise<Tokens> } | undefined

  async function logIn(credentials: Credentials): Promise<readonly string[]> {
    const answer = await passwordGrant(credentials)
    await inTurn(async () => write(tokensOf(answer, String(Math.random()))))
    const { scope = credentials.scope ?? '' } = answer
    return scope.split(' ').filter(Boolean)
  }

  async function logOut(): Promise<void> {
    const held = await inTurn(forgotten)
    if (!held) return
    await POST('/revoke', { body: { token: held.refreshToken ?? held.accessToken } })
  }

  async function forgotten(): Promise<Tokens | undefined> {
    const held = await read()
    await write(undefined)
    return held
  }

  async function tokens(): Promise<Tokens> {
    if (isBehind()) await inTurn(catchUp)
    const held = await read()
    if (!held) throw new LoginRequired('Log in first')
    const isWorn = held.refreshToken && held.renewAt <= Date.now()
    return isWorn ? renew(held).catch((error: unknown) => unlessEnded(error, held)) : held
  }

  function renew(worn: Tokens): Promise<Tokens> {
    if (flight?.accessToken === worn.accessToken) return flight.renewed
    const renewed = underLock(refreshing, () => successorOf(worn)).finally(() => {
      if (flight?.renewed === renewed) flight = undefined
    })
    flight = { accessToken: worn.accessToken, renewed }
    return renewed
  }

  async function successorOf(worn: Tokens): Promise<Tokens> {
    const held = await heldSince(worn)
    if (held.accessToken !== worn.accessToken) return held
    if (!held.refreshToken) return endOf(worn, `${over}: the access token has expired`)
    const answer = await refreshGrant(held.refreshToken).catch((error: unknown) => {
      if (isRefusal(error)) return error
      throw error
    })
    if (!(answer instanceof OAuthFailure)) return succeed(worn, tokensOf(answer, worn.login))
    const { message } = answer
    const said = message === over ? over : `${over}: ${message}`
    return endOf(worn, said, { cause: answer })
  }

  /**
   * There may have been a logout meanwhile, or another login: what came of these tokens is nobody's then. What another
   * client of the storage has made of them is kept: it was given the same refresh token, or a later one.
   */
  function succeed(worn: Tokens, next: Tokens): Promise<Tokens> {
    return inTurn(async () => {
      const held = await heldSince(worn)
      if (held.accessToken !== worn.accessToken) return held
      await replace(worn, next)
      return next
    })
  }

  /** Unless another client of the storage has refreshed them meanwhile: its tokens are as good. */
  function endOf(worn: Tokens, message: string, options?: ErrorOptions): Promise<Tokens> {
    return inTurn(async () => {
      const held = await heldSince(worn)
      if (held.accessToken !== worn.accessToken) return held
      await write(undefined)
      throw new LoginRequired(message, options)
    })
  }

  async function heldSince({ login }: Tokens): Promise<Tokens> {
    const held = await read()
    if (held?.login !== login) throw new LoginRequired(over)
    return held
  }

  return { logIn, logOut, tokens, renew }
}

const over = 'The session has ended'

/** A refresh ahead of time that fails does no harm: if the token is no longer good, the server says so. */
function unlessEnded(error: unknown, held: Tokens): Tokens {
  if (error instanceof LoginRequired) throw error
  return held
}

/** A network that fails, a server that is busy: these pass, and the session with its tokens is kept. */
const isRefusal = (error: unknown): error is OAuthFailure =>
  error instanceof OAuthFailure && (error.status === 400 || error.status === 401)

/** To be renewed when nine tenths of their life are over; when they are refused, where it is not known. JSON has no infinity. */
const tokensOf = (answer: Granted, login: string): Tokens => ({
  login,
  accessToken: answer.access_token,
  refreshToken: answer.refresh_token,
  renewAt: Math.min(
    Date.now() + (answer.expires_in ?? Number.POSITIVE_INFINITY) * 900,
    Number.MAX_SAFE_INTEGER,
  ),
})
