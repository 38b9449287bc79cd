/** Deletes in batches of about 10 ms, and leaves most of the time between them to other statements. */
import { setTimeout as pause } from 'node:timers/promises'

export interface Batch {
  readonly deleted: number
  /** How long the statement took on its connection. */
  readonly ms: number
}

/** A statement that takes twice as long as the last one promised still delays other writes by 20 ms only. */
const targetMs = 10
/** A pause lasts this many times as long as the statement before it. */
const pauseFactor = 3
/** Rows of the first statement and of the smallest: with fewer, most of the time would be that of the commit. */
const minRows = 50
const maxRows = 1000

/** Calls `deleteRows` until it deletes fewer rows than it might. */
export async function inBatches(
  deleteRows: (rows: number) => Batch | Promise<Batch>,
): Promise<void> {
  for (let rows = minRows; ; ) {
    const { deleted, ms } = await deleteRows(rows)
    if (deleted < rows) return
    await pause(Math.ceil(pauseFactor * ms))
    rows = nextRows(rows, ms)
  }
}

/** As many rows as take `targetMs` if `rows` took `ms`, and at most twice as many. */
export function nextRows(rows: number, ms: number): number {
  const fitting = Math.floor((rows * targetMs) / ms)
  return Math.max(minRows, Math.min(fitting, 2 * rows, maxRows))
}
