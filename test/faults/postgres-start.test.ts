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

it('says that PostgreSQL refuses it where it does, and not that it does not answer', async () => {
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
  const nobody = await failure((url) => {
    url.port = '1'
  })
  expect(nobody.err).toMatch(/^tessera: .*\(DATABASE_URL\) is unavailable: .*ECONNREFUSED.*\n$/)
})
