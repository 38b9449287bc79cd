/** The ids of audit events: UUIDs version 7 (RFC 9562 §5.7) that sort by time, and within a millisecond in the order of creation. */
import { randomBytes } from 'node:crypto'
import type { UnixMs } from './schema.ts'

/** Creates the ids of one process. They keep their order when its clock is set back. */
export function eventIds(): (now: UnixMs) => string {
  let [lastMs, count] = [0, 0]
  return (now) => {
    count = now > lastMs ? 0 : count + 1
    lastMs = Math.max(now, lastMs)
    if (count > 0xfff) [lastMs, count] = [lastMs + 1, 0]
    const random = randomBytes(8)
    // The variant: the two highest bits (§4.1).
    random[0] = 0x80 | ((random[0] ?? 0) % 0x40)
    const tail = random.toString('hex')
    const version7 = `7${count.toString(16).padStart(3, '0')}`
    return `${firstIdAt(lastMs)}-${version7}-${tail.slice(0, 4)}-${tail.slice(4)}`
  }
}

/** A prefix that sorts before every id of this millisecond, and after every older id. */
export function firstIdAt(ms: UnixMs): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}
