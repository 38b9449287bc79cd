/** What clients saw of a fault that began and ended at these moments. */
import type { Attempt } from './attempts.ts'

export interface FaultFigures {
  /** Reads that were sent and answered during the fault. */
  readonly reads: number
  readonly readsRefused: number
  /** Writes that were sent after the fault, and refused; without logins, which may be refused because hashing is busy. */
  readonly writesRefusedAfter: number
  /**
   * Of these, the ones that were refused before the first write was acknowledged. A server refuses a write that has waited for 1.5 s for
   * a connection: if there are none, no server has kept the first write waiting that long.
   */
  readonly writesRefusedFirst: number
  /** From the end of the fault to the first acknowledged write. */
  readonly firstWriteMs: number
}

const isSuccess = ({ status }: Attempt) => status >= 200 && status < 300

export function figuresOf(
  attempts: readonly Attempt[],
  [began, over]: readonly [number, number],
): FaultFigures {
  const isRead = ({ what }: Attempt) => what === 'GET /users/me'
  const reads = attempts.filter((each) => isRead(each) && each.begun > began && each.ended < over)
  const writesAfter = attempts.filter((each) => !isRead(each) && each.ended > over)
  const firstWrite = Math.min(...writesAfter.filter(isSuccess).map(({ ended }) => ended))
  const refused = writesAfter.filter(
    ({ what, begun, status }) =>
      what !== 'POST /token' && begun > over && (status === 0 || status >= 500),
  )
  return {
    reads: reads.length,
    readsRefused: reads.filter((each) => !isSuccess(each)).length,
    writesRefusedAfter: refused.length,
    writesRefusedFirst: refused.filter(({ ended }) => ended < firstWrite).length,
    firstWriteMs: Math.round(firstWrite - over),
  }
}

/** The requests without a response, and those with an error that is not a 503. */
export function unexpected(attempts: readonly Attempt[]): string[] {
  return attempts
    .filter(({ status }) => status === 0 || (status >= 500 && status !== 503))
    .map(({ client, what, status }) => `${client}: ${what} returned ${status}`)
}

/** The sum of the rounds, the first write of the slowest. */
export function total(rounds: readonly FaultFigures[]): FaultFigures {
  const sum = (of: (each: FaultFigures) => number) => rounds.map(of).reduce((a, b) => a + b, 0)
  return {
    reads: sum(({ reads }) => reads),
    readsRefused: sum(({ readsRefused }) => readsRefused),
    writesRefusedAfter: sum(({ writesRefusedAfter }) => writesRefusedAfter),
    writesRefusedFirst: sum(({ writesRefusedFirst }) => writesRefusedFirst),
    firstWriteMs: Math.max(...rounds.map(({ firstWriteMs }) => firstWriteMs)),
  }
}
