/** Sends what needs an access token with one, and once more with the next where that one is refused (RFC 6750 §3.1). */
import type { Fetch } from './sender.ts'
import type { Session } from './session.ts'
import type { Tokens } from './token-storage.ts'

export function bearing({ tokens, renew }: Pick<Session, 'tokens' | 'renew'>, fetch: Fetch): Fetch {
  return async (request) => {
    const { signal } = request
    const again = request.clone()
    const held = await unlessAborted(signal, tokens())
    const response = await fetch(withToken(request, held))
    if (!isRefused(response)) return response
    await response.body?.cancel()
    const next = await unlessAborted(signal, renew(held))
    return fetch(withToken(again, next))
  }
}

function withToken(request: Request, { accessToken }: Tokens): Request {
  request.headers.set('Authorization', `Bearer ${accessToken}`)
  return request
}

const isRefused = ({ status, headers }: Response): boolean =>
  status === 401 && /\berror="?invalid_token\b/.test(headers.get('WWW-Authenticate') ?? '')

/** Many wait for one refresh, and each may give up by itself. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([work, aborted])
}
