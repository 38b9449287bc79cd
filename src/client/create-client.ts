/** The client: a session that keeps itself alive, and the calls that are made in it. */
import { bearing } from './bearing.ts'
import { type Calls, callsBy } from './calls.ts'
import type { ClientCredentials } from './forms.ts'
import { type Fetch, sender } from './sender.ts'
import { type Credentials, createSession } from './session.ts'
import { keptInMemory, type TokenStorage } from './token-storage.ts'

export interface ClientOptions extends Partial<ClientCredentials> {
  /** Where the server is, such as `https://id.example`. Without it, in a browser, where the page came from. */
  readonly baseUrl?: string
  /** Instead of the platform's own. What it throws comes through as it is. */
  readonly fetch?: Fetch
  /** Where the tokens are kept. In memory unless given: they are gone with the page or the process. */
  readonly storage?: TokenStorage
}

/** Prints nothing of its tokens, however it is printed. */
export interface TesseraClient extends Calls {
  /**
   * Begins a session, in place of the one before, which the server is not asked to end. Answers the scopes that it has.
   * Where logins overlap, the one that is answered last holds; a logout stops none that is under way.
   */
  logIn(credentials: Credentials): Promise<readonly string[]>
  /** Forgets the tokens, then has the server end the session. Where that fails it rejects, but the tokens are gone. */
  logOut(): Promise<void>
}

/** Asks the server nothing yet. */
export function createClient(options: ClientOptions = {}): TesseraClient {
  const { fetch = (request) => globalThis.fetch(request), storage = keptInMemory() } = options
  const calls = (bearer: Fetch) => callsBy(sender(options, { open: fetch, bearer }))
  const session = createSession(calls(fetch), storage)
  const { logIn, logOut } = session
  return { logIn, logOut, ...calls(bearing(session, fetch)) }
}
