/** A server that cannot start on its PostgreSQL reports the cause, and exits. */
import { expect, it } from 'vitest'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'
import { testServer } from '../harness/test-server.ts'

/** An open connection keeps a process alive for a minute: this detects it. No time is promised. */
const hangs = 30_000

type Settings = Readonly<Record<string, string>>

const serve = (settings: Settings): Promise<Outcome> =>
  tessera(['serve'], { settings: { PORT: '0', ISSUER: 'https://id.example.com', ...settings } })

it(
  'exits if its SECRET_KEY cannot decrypt the signing keys',
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

it('distinguishes errors of PostgreSQL from an unavailable PostgreSQL', async () => {
  const { DATABASE_URL = '', ...settings } = await commandDatabase()
  const failure = async (change: (url: URL) => void) => {
    const url = new URL(DATABASE_URL)
    change(url)
    return await serve({ ...settings, DATABASE_URL: url.href })
  }
  const wrong = await failure((url) => {
    url.password = 'wrong'
  })
  expect(wrong.err).toMatch(
    /^tessera: .*\(DATABASE_URL\) reports an error: password authentication failed .*\n$/,
  )
  const unknown = await failure((url) => {
    url.pathname = '/nowhere'
  })
  expect(unknown.err).toMatch(
    /^tessera: .*\(DATABASE_URL\) reports an error: database "nowhere" does not exist\n$/,
  )
  const unreachable = await failure((url) => {
    url.port = '1'
  })
  expect(unreachable.err).toMatch(
    /^tessera: .*\(DATABASE_URL\) is unavailable: .*ECONNREFUSED.*\n$/,
  )
})
