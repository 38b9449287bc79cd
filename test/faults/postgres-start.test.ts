/** A server that cannot start on its PostgreSQL says why, and ends. */
import { expect, it } from 'vitest'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'
import { testServer } from '../harness/test-server.ts'

/** A connection that nobody has closed keeps a process alive for a minute. This is a hang, and no time that is promised. */
const hangs = 30_000

type Settings = Readonly<Record<string, string>>

const serve = (settings: Settings): Promise<Outcome> =>
  tessera(['serve'], { settings: { PORT: '0', ISSUER: 'https://id.example.com', ...settings } })

it(
  'ends where its SECRET_KEY is not that of the keys',
  async () => {
    const settings = await commandDatabase()
    const server = await testServer({ settings })
    await server.stop()
    const failed = await serve({
      ...settings,
      SECRET_KEY: 'another secret, as long as it has to be',
    })
    expect(failed).toMatchObject({ status: 1, out: '' })
    expect(failed.err).toMatch(/^tessera: .*SECRET_KEY/)
  },
  hangs,
)
