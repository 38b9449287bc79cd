/**
 * What a refresh token that was exchanged before gets (RFC 9700 §4.14.2): its owner may have lost the response, or somebody has a
 * copy of it.
 *
 * Only the token that was exchanged last gets anything. Within the grace period, the network that exchanged it gets the same
 * successor: those are the tabs of one browser. Anyone else, and anyone later, gets a different successor, which replaces the
 * first one. If there are two holders, the one with the replaced successor presents it next. That is reuse, which ends the session.
 */
import type { About } from '../audit/audit.ts'
import type { ClientRow } from '../store/clients.ts'
import type { RefreshState, SessionRow } from '../store/session-row.ts'
import { networkOf } from '../throttling/network.ts'
import { activeSession, requireActive, unknownToken } from './active-session.ts'
import { InvalidGrant } from './oauth-errors.ts'
import type { OAuthServices } from './oauth-services.ts'
import { type RefreshToken, successorOf } from './refresh-tokens.ts'
import { type RequestContext, userAgentOf } from './sessions.ts'

/** Returns a successor of the token that was exchanged last. For any other token, ends the session and throws. */
export async function repeatRefresh(
  services: OAuthServices,
  client: ClientRow,
  presented: RefreshToken,
  context: RequestContext,
): Promise<RefreshToken> {
  const { store, audit, metrics } = services
  // Read without a lock: the tabs of a browser do not wait for each other.
  const { session } = await activeSession(services, client, presented)
  const same = successorAgain(services, session.refresh, presented, context)
  if (same && !same.replaces) {
    audit.count('refresh_repeated', aboutRepeat(session, same, context))
    return same.token
  }
  const done = await store.sessions.changeFamily(presented.familyHash, (locked) => {
    requireActive(locked, services.now())
    const next = successorAgain(services, locked.refresh, presented, context)
    const event = audit.event(
      next ? 'refresh_repeated' : 'refresh_reused',
      aboutRepeat(locked, next, context),
    )
    return { session: changed(services, locked, next, context), event, next }
  })
  if (!done) throw unknownToken()
  if (done.next) return done.next.token
  metrics?.countRefreshReuse()
  throw new InvalidGrant('The refresh token has already been used: the session has ended')
}

interface Successor {
  readonly token: RefreshToken
  readonly number: number
  /** Whether it replaces an earlier successor. */
  readonly replaces: boolean
}

/** Returns undefined if the presented token is not the one that was exchanged last. */
function successorAgain(
  { refreshKey, previousRefreshKey = refreshKey, config, now }: OAuthServices,
  refresh: RefreshState | undefined,
  presented: RefreshToken,
  context: RequestContext,
): Successor | undefined {
  if (presented.hash !== refresh?.previousHash) return undefined
  const network = networkFrom(context)
  // An older server does not write the network: as there, every network counts as the same.
  const { successorNumber: number, tokenHash, rotatedAt = 0, rotatedFrom = network } = refresh
  // The clock may have been set back.
  const isInGrace = Math.abs(now() - rotatedAt) < config.refreshGraceMs
  // Nor does an older server reset the number: its successors have none.
  const possible = [refreshKey, previousRefreshKey].flatMap((key) =>
    [number, 0].map((each) => successorOf(presented, key, each)),
  )
  const token = possible.find(({ hash }) => hash === tokenHash)
  if (token && isInGrace && rotatedFrom === network) return { token, number, replaces: false }
  const next = number + 1
  return { token: successorOf(presented, refreshKey, next), number: next, replaces: true }
}

function changed(
  { config, now }: OAuthServices,
  session: SessionRow,
  next: Successor | undefined,
  context: RequestContext,
): SessionRow {
  const { refresh } = session
  if (!next || !refresh) return { ...session, endedAt: now() }
  if (!next.replaces) return session
  const [tokenHash, successorNumber] = [next.token.hash, next.number]
  const rotated = { rotatedAt: now(), rotatedFrom: networkFrom(context) }
  return {
    ...session,
    lastUsedAt: now(),
    idleExpiresAt: now() + config.refreshIdleMs,
    refresh: { ...refresh, tokenHash, successorNumber, ...rotated },
  }
}

function aboutRepeat(
  { sessionId, userId, clientId }: SessionRow,
  next: Successor | undefined,
  context: RequestContext,
): About {
  const detail = next && (next.replaces ? 'replaced the successor' : 'same successor')
  const from = { address: context.ip, userAgent: userAgentOf(context) }
  return { sessionId, userId, clientId, ...from, detail }
}

export function networkFrom({ ip = '' }: RequestContext): string {
  return networkOf(ip)
}
