/** Six who write at once, and what they have been promised. */
import { setTimeout } from 'node:timers/promises'
import { chance } from './chance.ts'
import { createWriter, type IsDoubt } from './writer.ts'

const many = 6
/** They are left to write until they have been promised up to so much more, and up to so many milliseconds longer. */
const mostPromises = 60
const mostMs = 50

export interface Writers {
  /** All write until they are told to end, or are in doubt. */
  write(url: string, end?: AbortSignal): Promise<unknown>
  /** Resolves at any moment, while they write. */
  anyMoment(): Promise<void>
  /** The promises that are not kept. */
  broken(url: string): Promise<string[]>
  /** How many promises they have. */
  promises(): number
}

/** Their names begin alike, and are nobody else's in their database. */
export function createWriters(name = 'writer', isDoubt?: IsDoubt): Writers {
  const writers = Array.from({ length: many }, (_, n) =>
    createWriter(`${name}-${n}`, chance(n), isDoubt),
  )
  const { below } = chance(many)
  const promises = () => writers.reduce((sum, writer) => sum + writer.promises(), 0)
  return {
    promises,
    write: (url, end) =>
      Promise.all(
        writers.map(async (writer) => {
          while (!end?.aborted && (await writer.write(url)));
        }),
      ),
    async anyMoment() {
      const enough = promises() + below(mostPromises)
      while (promises() < enough) await setTimeout(1)
      await setTimeout(below(mostMs))
    },
    broken: async (url) => (await Promise.all(writers.map((writer) => writer.broken(url)))).flat(),
  }
}
