/** The client: a session that refreshes its tokens, and the calls that use it. */
import { bearerFetch, optionalBearer } from './bearer-fetch.ts'
import { type Calls, createCalls } from './calls.ts'
import type { ClientCredentials } from './forms.ts'
import { createSender, type Fetch, type Fetches } from './sender.ts'
import { type Credentials, createSession } from './session.ts'
import { memoryStorage, type TokenStorage } from './token-storage.ts'

export interface ClientOptions extends Partial<ClientCredentials> {
  /** The URL of the server, such as `https://id.example`. In a browser, the default is the origin of the page. */
  readonly baseUrl?: string
  /** Replaces the platform's `fetch`. Calls throw what it throws. */
  readonly fetch?: Fetch
  /** Where the tokens are kept. The default is memory: they are lost with the page or the process. */
  readonly storage?: TokenStorage
}

/** Printing or inspecting a client shows none of its tokens. */
export interface TesseraClient extends Calls {
  /**
   * Starts a session and returns its scopes. The session replaces an earlier one, which stays valid on the server.
   * Of concurrent logins, the last to finish wins; a logout does not cancel a login in progress.
   */
  logIn(credentials: Credentials): Promise<readonly string[]>
  /** Deletes the tokens, then ends the session on the server. Rejects if that request fails; the tokens are deleted anyway. */
  logOut(): Promise<void>
}

/** Sends no request yet. */
export function createClient(options: ClientOptions = {}): TesseraClient {
  const { fetch = (request) => globalThis.fetch(request), storage = memoryStorage() } = options
  const calls = (fetches: Pick<Fetches, 'bearer' | 'optional' | 'replacing'>) =>
    createCalls(createSender(options, { plain: fetch, ...fetches }))
  const withoutSession = { bearer: fetch, optional: fetch, replacing: fetch }
  const session = createSession(calls(withoutSession), storage)
  const { logIn, logOut, replaced } = session
  const replacing = bearerFetch(session, (request, tokens) =>
    replaced(tokens, () => fetch(request)),
  )
  const bearer = bearerFetch(session, fetch)
  const optional = optionalBearer(session, { bearer, plain: fetch })
  return { logIn, logOut, ...calls({ bearer, optional, replacing }) }
}
