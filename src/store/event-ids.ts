/** The ids of audit events: UUIDs that sort by time (RFC 9562 §5.7), and within one millisecond by the order in which they were made. */
import { randomBytes } from 'node:crypto'

/** Makes the next id; `now` in milliseconds since 1970. */
export type NewEventId = (now: number) => string

/** The ids of one writer of the audit trail. They keep their order where its clock is set back. */
export function eventIds(): NewEventId {
  let [lastMs, count] = [0, 0]
  return (now) => {
    count = now > lastMs ? 0 : count + 1
    lastMs = Math.max(now, lastMs)
    if (count > 0xfff) [lastMs, count] = [lastMs + 1, 0]
    const random = randomBytes(8)
    // The variant, in the two highest bits (§4.1).
    random[0] = 0x80 | ((random[0] ?? 0) % 0x40)
    const tail = random.toString('hex')
    const version7 = `7${count.toString(16).padStart(3, '0')}`
    return `${firstIdAt(lastMs)}-${version7}-${tail.slice(0, 4)}-${tail.slice(4)}`
  }
}

/** Smaller than every id of this millisecond, greater than all before. */
export function firstIdAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}
