/** A `fetch` that sends the access token, and retries once with a new one if the server rejects it (RFC 6750 §3.1). */
import { LoginRequired } from './failures.ts'
import type { Fetch } from './sender.ts'
import type { Session } from './session.ts'
import type { Tokens } from './token-storage.ts'

/** `send` gets the request with the access token, and the tokens that it belongs to. */
export function bearerFetch(
  { tokens, renew }: Pick<Session, 'tokens' | 'renew'>,
  send: (request: Request, tokens: Tokens) => Promise<Response>,
): Fetch {
  return async (request) => {
    const { signal } = request
    const retry = request.clone()
    const current = await unlessAborted(signal, tokens())
    const response = await unlessAborted(signal, send(withToken(request, current), current))
    if (!isTokenRejected(response)) return response
    await response.body?.cancel()
    const renewed = await unlessAborted(signal, renew(current))
    return unlessAborted(signal, send(withToken(retry, renewed), renewed))
  }
}

/** A `fetch` that sends the access token if there is a session: a visitor registers, an administrator adds an account. */
export function optionalBearer(
  { tokens }: Pick<Session, 'tokens'>,
  { bearer, plain }: { readonly bearer: Fetch; readonly plain: Fetch },
): Fetch {
  return async (request) => {
    try {
      await unlessAborted(request.signal, tokens())
    } catch (error) {
      if (error instanceof LoginRequired) return plain(request)
      throw error
    }
    return bearer(request)
  }
}

function withToken(request: Request, { accessToken }: Tokens): Request {
  request.headers.set('Authorization', `Bearer ${accessToken}`)
  return request
}

const isTokenRejected = ({ status, headers }: Response): boolean =>
  status === 401 && /\berror="?invalid_token\b/.test(headers.get('WWW-Authenticate') ?? '')

/** Calls share one refresh, and may wait for that of another; aborting one call does not abort the refresh. React Native's requests may have no signal. */
function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(reasonOf(signal))
    signal.addEventListener('abort', () => reject(reasonOf(signal)), { once: true })
  })
  return Promise.race([work, aborted])
}

/** React Native's signals have no reason. */
const reasonOf = ({ reason }: AbortSignal): unknown =>
  reason ?? Object.assign(new Error('The call was aborted'), { name: 'AbortError' })
