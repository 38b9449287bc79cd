/** `kill -9`, at any moment, while people write. */
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, onTestFailed } from 'vitest'
import { chance, rounds, seed } from './chance.ts'
import { type FaultServer, serve } from './fault-server.ts'
import { stores } from './stores.ts'
import { createWriter, type Writer } from './writer.ts'

/** A server makes up to so many promises before it is killed, up to so many milliseconds later. */
const mostPromises = 60
const mostMs = 50
const settings = { REFRESH_GRACE_SECONDS: '300' }

/** Writes until the server has gone. */
async function writeOn({ url }: FaultServer, writer: Writer): Promise<void> {
  while (await writer.write(url));
}

const promisesOf = (writers: readonly Writer[]) =>
  writers.reduce((sum, writer) => sum + writer.promises(), 0)

async function reached(writers: readonly Writer[], promises: number): Promise<void> {
  while (promisesOf(writers) < promises) await setTimeout(1)
}

async function promisesBroken({ url }: FaultServer, writers: readonly Writer[]): Promise<string[]> {
  return (await Promise.all(writers.map((writer) => writer.broken(url)))).flat()
}

describe.each(stores)('a server on $name that is killed under writes', ({ make }) => {
  it(
    `keeps what it has acknowledged, ${rounds} times`,
    async () => {
      onTestFailed(() => {
        process.stdout.write(
          `again: FAULT_SEED=${seed} FAULT_ROUNDS=${rounds} npm test -- faults/kill\n`,
        )
      })
      const database = make()
      const writers = Array.from({ length: 6 }, (_, n) => createWriter(`writer-${n}`, chance(n)))
      const { below } = chance(writers.length)
      for (let round = 1; round <= rounds; round++) {
        const about = `round ${round}`
        const server = await serve(database.url, settings)
        // Not before: whoever opens it first mends it, and that is the server's part.
        expect(database.defects(), about).toEqual([])
        expect(await promisesBroken(server, writers), about).toEqual([])
        const writing = Promise.all(writers.map((writer) => writeOn(server, writer)))
        const enough = promisesOf(writers) + below(mostPromises)
        await Promise.race([writing, reached(writers, enough)])
        await setTimeout(below(mostMs))
        await server.end('SIGKILL')
        await writing
      }
      const server = await serve(database.url, settings)
      expect(await promisesBroken(server, writers)).toEqual([])
      const promises = promisesOf(writers)
      process.stdout.write(`${promises} promises kept over ${rounds} kills (seed ${seed})\n`)
      expect(promises).toBeGreaterThan(rounds)
    },
    30_000 + 10_000 * rounds,
  )
})
