/** `tessera audit tail`: prints the latest audit events, newest last, and follows new ones. */
import { setTimeout } from 'node:timers/promises'
import { schemaChecks, schemaOf } from '#contract'
import { contract } from '../../generated/contract.ts'
import type { AuditKind } from '../audit/audit.ts'
import { eventBody } from '../audit/event-body.ts'
import type { AuditEventRow, AuditFilter } from '../store/audit-events.ts'
import type { Store } from '../store/store.ts'
import { isUserId } from './changed-user.ts'
import { CommandError } from './command-error.ts'
import type { JsonOption } from './options.ts'
import { print, printJsonLine } from './output.ts'
import { type Setup, withExistingStore } from './with-store.ts'

export interface TailOptions extends JsonOption {
  readonly lines: string
  readonly follow?: boolean
  /** A username, or the id of a deleted account. */
  readonly user?: string
  readonly kind?: string
  /** RFC 3339 times: from `since` on, before `until`. */
  readonly since?: string
  readonly until?: string
}

const pollMs = 1000
/** A transaction of a different process may commit its event this much later than newer ones. */
const maxDelayMs = 30_000
const pageSize = 500

const auditKinds = schemaOf(contract.document, 'AuditKind').enum ?? []
const kindWidth = Math.max(...auditKinds.map((kind) => String(kind).length))
const isKind = (text: string): text is AuditKind => auditKinds.includes(text)

type Filter = Omit<AuditFilter, 'limit' | 'before'>

export function tailAudit(setup: Setup, options: TailOptions): Promise<void> {
  return withExistingStore(setup, async (store) => {
    const lines = Number(options.lines)
    if (!/^\d{1,6}$/.test(options.lines))
      throw new CommandError('--lines must be a number from 0 to 999999')
    if (options.follow && options.until !== undefined)
      throw new CommandError('--follow and --until cannot be combined')
    const filter = await filterOf(store, options)
    const show = (events: readonly AuditEventRow[]) => printEvents(store, events, options.json)
    const since = Date.now() - maxDelayMs
    const ended = options.follow ? abortOnSignal() : undefined
    // Read before the last lines: an event in between is printed with them or by `follow`.
    const known = ended ? await latest(store, { ...filter, since }) : []
    const last = await latest(store, filter, lines)
    await show([...last].reverse())
    if (ended) await follow(store, { ...filter, since }, [...known, ...last], show, ended)
  })
}

/** Accepts what `GET /audit-events` accepts. */
async function filterOf(store: Store, options: TailOptions): Promise<Filter> {
  const { user, kind } = options
  const isMoment = (await schemaChecks(contract.document))('Moment')
  const moment = (name: 'since' | 'until') => {
    const text = options[name]
    if (text === undefined) return undefined
    if (!isMoment(text))
      throw new CommandError(`--${name} must be a time like 2026-01-02T03:04:05Z`)
    return Date.parse(text)
  }
  const [since, until] = [moment('since'), moment('until')]
  if (kind !== undefined && !isKind(kind))
    throw new CommandError(`unknown kind ${kind}: use ${auditKinds.join(' ')}`)
  if (user === undefined) return { kind, since, until }
  if (isUserId(user)) return { kind, since, until, userId: user }
  const named = await store.users.byName(user)
  if (!named) throw new CommandError(`unknown user ${user}: for a deleted account, give its id`)
  return { kind, since, until, userId: named.userId }
}

/** Called before anything is printed: the reader of the first line may send the signal. */
function abortOnSignal(): AbortSignal {
  const ended = new AbortController()
  process.once('SIGINT', () => ended.abort())
  process.once('SIGTERM', () => ended.abort())
  return ended.signal
}

async function follow(
  store: Store,
  filter: Filter & { since: number },
  shown: readonly AuditEventRow[],
  show: (events: readonly AuditEventRow[]) => Promise<void>,
  ended: AbortSignal,
): Promise<void> {
  let { since } = filter
  let known = idsOf(shown)
  while (!ended.aborted) {
    const next = Date.now() - maxDelayMs
    const events = await latest(store, { ...filter, since })
    await show(events.filter(({ eventId }) => !known.has(eventId)).reverse())
    known = idsOf(events)
    since = next
    await setTimeout(pollMs, undefined, { signal: ended }).catch(() => undefined)
  }
}

function idsOf(events: readonly AuditEventRow[]): ReadonlySet<string> {
  return new Set(events.map(({ eventId }) => eventId))
}

/** Newest first. */
async function latest(
  store: Store,
  filter: Omit<AuditFilter, 'limit'>,
  max = Number.POSITIVE_INFINITY,
): Promise<AuditEventRow[]> {
  const events: AuditEventRow[] = []
  for (;;) {
    const limit = Math.min(pageSize, max - events.length)
    if (limit === 0) return events
    const page = await store.auditEvents.list({ ...filter, before: events.at(-1)?.eventId, limit })
    events.push(...page)
    if (page.length < limit) return events
  }
}

async function printEvents(
  store: Store,
  events: readonly AuditEventRow[],
  json: boolean | undefined,
): Promise<void> {
  const nameOf = async (userId: string | undefined) =>
    userId === undefined ? '-' : ((await store.users.byId(userId))?.username ?? userId)
  for (const event of events) {
    if (json) await printJsonLine(eventBody(event))
    else await print(lineOf(event, await nameOf(event.userId), await nameOf(event.actorId)))
  }
}

function lineOf(event: AuditEventRow, user: string, actor: string): string {
  const parts = [
    new Date(event.createdAt).toISOString(),
    event.kind.padEnd(kindWidth),
    user.padEnd(24),
    event.origin.padEnd(12),
    event.address,
    event.actorId && `by ${actor}`,
    event.clientId && `client ${event.clientId}`,
    event.detail,
    event.count > 1 && `${event.count} times`,
  ]
  return `${parts.filter(Boolean).join('  ').trimEnd()}\n`
}
