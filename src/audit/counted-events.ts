/**
 * Counts events that one caller can repeat without limit: like events of a minute are one record of the audit trail.
 *
 * Like events have the same kind and the same details. Of a minute, a process keeps and writes at most 10 records of one account
 * and 500 in all. Events beyond are counted in one record for their kind and account, with the detail `various`; beyond 500, in one record
 * for their kind.
 */
import type { About, AuditKind } from './audit.ts'

const windowMs = 60_000
const maxRecordsOfAccount = 10
const maxRecords = 500

export interface CountedEvent {
  readonly kind: AuditKind
  readonly about: About
  readonly count: number
}

export function createCountedEvents(write: (events: readonly CountedEvent[]) => Promise<void>) {
  const records = new Map<string, CountedEvent>()
  /** The number of records by account. */
  const numbers = new Map<string | undefined, number>()
  let closing: NodeJS.Timeout | undefined

  function add({ kind, about, count }: CountedEvent): void {
    const { userId, actorId = userId } = about
    const number = numbers.get(actorId) ?? 0
    const isFull = records.size >= maxRecords
    const levels: readonly { about: About; hasRoom: boolean }[] = [
      { about, hasRoom: !isFull && number < maxRecordsOfAccount },
      { about: { userId: actorId, detail: 'various' }, hasRoom: !isFull },
      { about: { detail: 'various accounts' }, hasRoom: true },
    ]
    for (const level of levels) {
      const key = keyOf(kind, level.about)
      const record = records.get(key)
      if (!record && !level.hasRoom) continue
      if (!record) numbers.set(actorId, number + 1)
      records.set(key, { kind, about: level.about, count: count + (record?.count ?? 0) })
      break
    }
    // A failed write is repeated with the next window.
    closing ??= setTimeout(() => void flush().catch(() => {}), windowMs).unref()
  }

  /** Writes the records of the open window and closes it. If it fails, the next window has the same records. */
  async function flush(): Promise<void> {
    clearTimeout(closing)
    closing = undefined
    const written = [...records.values()]
    records.clear()
    numbers.clear()
    if (written.length === 0) return
    try {
      await write(written)
    } catch (error) {
      written.forEach(add)
      throw error
    }
  }

  return { add: (kind: AuditKind, about: About): void => add({ kind, about, count: 1 }), flush }
}

function keyOf(kind: AuditKind, about: About): string {
  const { userId, actorId, clientId, sessionId, address, userAgent, detail } = about
  return JSON.stringify([kind, userId, actorId, clientId, sessionId, address, userAgent, detail])
}
