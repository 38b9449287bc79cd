/** `kill -9` at a random moment while users write. */
import { describe, expect, it, onTestFailed } from 'vitest'
import { printSeed, rounds, seed } from './chance.ts'
import { faultDatabase } from './fault-database.ts'
import { serve } from './fault-server.ts'
import { createWriters } from './writers.ts'

describe('a server that is killed during writes', () => {
  it(
    `keeps every acknowledged change, ${rounds} times`,
    async () => {
      onTestFailed(() => printSeed('faults/kill'))
      const database = await faultDatabase()
      const settings = { ...database.settings, REFRESH_GRACE_SECONDS: '300' }
      const writers = createWriters()
      for (let round = 1; round <= rounds; round++) {
        const about = `round ${round}`
        const server = await serve(database.url, settings)
        // After the start: the first connection recovers the database, which is the server's task.
        expect(await database.defects(), about).toEqual([])
        expect(await writers.violations(server.url), about).toEqual([])
        const writing = writers.write(server.url)
        await Promise.race([writing, writers.randomMoment()])
        await server.end('SIGKILL')
        await writing
      }
      const server = await serve(database.url, settings)
      expect(await writers.violations(server.url)).toEqual([])
      const acknowledged = writers.acknowledged()
      process.stdout.write(`${acknowledged} changes kept over ${rounds} kills (seed ${seed})\n`)
      expect(acknowledged).toBeGreaterThan(rounds)
    },
    60_000 + 20_000 * rounds,
  )
})
