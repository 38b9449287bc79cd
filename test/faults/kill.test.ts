/** `kill -9`, at any moment, while people write. */
import { describe, expect, it, onTestFailed } from 'vitest'
import { printSeed, rounds, seed } from './chance.ts'
import { faultDatabase } from './fault-database.ts'
import { serve } from './fault-server.ts'
import { createWriters } from './writers.ts'

describe('a server that is killed under writes', () => {
  it(
    `keeps what it has acknowledged, ${rounds} times`,
    async () => {
      onTestFailed(() => printSeed('kill'))
      const database = await faultDatabase()
      const settings = { ...database.settings, REFRESH_GRACE_SECONDS: '300' }
      const writers = createWriters()
      for (let round = 1; round <= rounds; round++) {
        const about = `round ${round}`
        const server = await serve(database.url, settings)
        // Not before: whoever opens it first mends it, and that is the server's part.
        expect(await database.defects(), about).toEqual([])
        expect(await writers.broken(server.url), about).toEqual([])
        const writing = writers.write(server.url)
        await Promise.race([writing, writers.anyMoment()])
        await server.end('SIGKILL')
        await writing
      }
      const server = await serve(database.url, settings)
      expect(await writers.broken(server.url)).toEqual([])
      const promises = writers.promises()
      process.stdout.write(`${promises} promises kept over ${rounds} kills (seed ${seed})\n`)
      expect(promises).toBeGreaterThan(rounds)
    },
    60_000 + 20_000 * rounds,
  )
})
