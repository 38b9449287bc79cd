/** Six concurrent writers. */
import { setTimeout } from 'node:timers/promises'
import { chance } from './chance.ts'
import { createWriter, type IsDoubt } from './writer.ts'

const writerCount = 6
/** A random moment is after up to this many changes, and then up to this many milliseconds. */
const maxChanges = 60
const maxPauseMs = 50

export interface Writers {
  /** All write until `end` is aborted or a change is unknown. */
  write(url: string, end?: AbortSignal): Promise<unknown>
  /** Resolves at a random moment while they write. */
  randomMoment(): Promise<void>
  /** The acknowledged changes that are lost. */
  violations(url: string): Promise<string[]>
  /** The number of acknowledged changes. */
  acknowledged(): number
}

/** The usernames begin with `name`, which no other users of the database have. */
export function createWriters(name = 'writer', isDoubt?: IsDoubt): Writers {
  const writers = Array.from({ length: writerCount }, (_, n) =>
    createWriter(`${name}-${n}`, chance(n), isDoubt),
  )
  const { below } = chance(writerCount)
  const acknowledged = () => writers.reduce((sum, writer) => sum + writer.acknowledged(), 0)
  return {
    acknowledged,
    write: (url, end) =>
      Promise.all(
        writers.map(async (writer) => {
          while (!end?.aborted && (await writer.write(url)));
        }),
      ),
    async randomMoment() {
      const enough = acknowledged() + below(maxChanges)
      while (acknowledged() < enough) await setTimeout(1)
      await setTimeout(below(maxPauseMs))
    },
    violations: async (url) =>
      (await Promise.all(writers.map((writer) => writer.violations(url)))).flat(),
  }
}
