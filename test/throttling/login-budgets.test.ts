import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { addAccount } from '../harness/accounts.ts'
import { temporaryFolder } from '../harness/command.ts'
import { ask, whileLocked } from '../harness/database.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import { type TestServer, type TestServerOptions, testServer } from '../harness/test-server.ts'
import { postToken } from '../harness/token-request.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

async function serverWith(
  limit: number,
  settings: Record<string, string> = {},
  more: TestServerOptions = {},
): Promise<TestServer> {
  const limits = { LOGIN_MAX_FAILURES: String(limit), HASH_QUEUE: '1000' }
  const server = await testServer({ settings: { ...limits, ...settings }, ...more })
  running.push(server)
  return server
}

interface Try {
  readonly username?: string
  readonly password?: string
  /** The value of X-Forwarded-For. */
  readonly from?: string
}

const right = 'secret123'
function attempt(server: TestServer, { username = 'johndoe', password = 'wrong', from }: Try) {
  const form = new URLSearchParams({ username, password }).toString()
  return postToken(server, form, from === undefined ? {} : { 'x-forwarded-for': from })
}

/** One after the other. */
async function statuses(server: TestServer, tries: readonly Try[]): Promise<number[]> {
  const result: number[] = []
  for (const each of tries) result.push((await attempt(server, each)).status)
  return result
}

/** Different wrong passwords. */
const guesses = (count: number, rest: Try = {}): Try[] =>
  Array.from({ length: count }, (_, index) => ({ password: `wrong ${index}`, ...rest }))
const times = (count: number, status: number) => Array.from({ length: count }, () => status)

describe('POST /token after too many wrong passwords', () => {
  it.each([0, 2])(
    'returns 429 for one window at most, if all but %d of the failures come from a clock 30 days ahead [H1]',
    async (others) => {
      const server = await serverWith(3, { LOGIN_FAILURE_WINDOW_SECONDS: '600' })
      const month = 30 * 86_400_000
      server.advance(month)
      await statuses(server, guesses(4).slice(0, 3 - others))
      server.advance(-month)
      const now = [...times(others, 401), 429]
      expect(await statuses(server, guesses(4).slice(3 - others))).toEqual(now)
      server.advance(60_000)
      const response = await attempt(server, { password: right })
      expect(response.status).toBe(429)
      expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(540)
      server.advance(545_000)
      expect(await statuses(server, [{ password: right }])).toEqual([200])
    },
  )

  it('returns 429, for the right password too, until Retry-After has passed [H1]', async () => {
    const server = await serverWith(3, { LOGIN_FAILURE_WINDOW_SECONDS: '600' })
    expect(await statuses(server, guesses(4))).toEqual([401, 401, 401, 429])
    server.advance(60_000)
    const response = await attempt(server, { password: right })
    const seconds = Number(response.headers.get('retry-after'))
    await expectOAuthError(response, 429, 'temporarily_unavailable')
    expect(seconds).toBeGreaterThan(400)
    expect(seconds).toBeLessThanOrEqual(540)
    server.advance((seconds - 60) * 1000)
    expect(await statuses(server, [{ password: right }])).toEqual([429])
    server.advance(60_000)
    expect(await statuses(server, [{ password: right }])).toEqual([200])
  })

  it('rejects without waiting for a lock [H1]', async () => {
    const server = await serverWith(3)
    expect(await statuses(server, guesses(4))).toEqual([401, 401, 401, 429])
    const { database } = server.services.config
    const refused = await whileLocked(database, 'attempts', () => statuses(server, guesses(3)))
    expect(refused).toEqual([429, 429, 429])
  })

  it('responds in the same way for an unknown name [H2]', async () => {
    const server = await serverWith(3)
    const nobody = await statuses(server, guesses(5, { username: 'nobody' }))
    expect(nobody).toEqual(await statuses(server, guesses(5)))
    expect(nobody).toEqual([401, 401, 401, 429, 429])
  })

  it('affects neither the sessions of the name nor other names [H3]', async () => {
    const server = await serverWith(3)
    const login = await server.login()
    const { access_token, refresh_token } = JSON.parse(await login.text())
    await statuses(server, guesses(4))
    expect(await statuses(server, [{ password: right }])).toEqual([429])
    expect((await server.get('/users/me', access_token)).status).toBe(200)
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token }).toString()
    expect((await postToken(server, form)).status).toBe(200)
    const admin = { username: 'admin', password: 'administrator123' }
    expect(await statuses(server, [admin])).toEqual([200])
  })

  it('starts a new count after a success [H3]', async () => {
    const server = await serverWith(3)
    const tries = [...guesses(2), { password: right }, ...guesses(4)]
    expect(await statuses(server, tries)).toEqual([401, 401, 200, 401, 401, 401, 429])
  })

  it('counts the same wrong password once for the name, but every time for the network [H3]', async () => {
    const server = await serverWith(2)
    expect(await statuses(server, guesses(19, { password: 'same' }))).toEqual(times(19, 401))
    // A success does not reset the count of the network.
    expect(await statuses(server, [{ password: right }, { username: 'other' }])).toEqual([200, 401])
    expect(await statuses(server, [{ username: 'third' }, { password: right }])).toEqual([429, 429])
  })

  it('counts it once for the name in every other network too [H3]', async () => {
    const server = await serverWith(2, { TRUST_PROXY: 'loopback' })
    const repeated = guesses(19, { password: 'same', from: '192.0.2.1' })
    expect(await statuses(server, repeated)).toEqual(times(19, 401))
    expect(await statuses(server, guesses(2, { from: '192.0.2.2' }))).toEqual([401, 401])
  })

  it('stores no more than 24 bits of a wrong password, made with the key of the server [H3]', async () => {
    const kept: unknown[] = []
    for (const SECRET_KEY of ['a'.repeat(32), 'b'.repeat(32)]) {
      const server = await serverWith(2, { SECRET_KEY })
      await attempt(server, {})
      const { database } = server.services.config
      const [row] = await ask(database, 'select mac from attempted_passwords')
      kept.push(row?.mac)
    }
    expect(kept).toEqual([expect.stringMatching(/^[\w-]{4}$/), expect.stringMatching(/^[\w-]{4}$/)])
    expect(kept[0]).not.toBe(kept[1])
  })

  it('counts no error of the server, such as a missing pepper [H3]', async () => {
    const server = await serverWith(3)
    await addAccount(server, { username: 'broken', passwordHash: 'hmac-sha384:lost:$2b$10$x' })
    expect(await statuses(server, guesses(5, { username: 'broken' }))).toEqual(times(5, 500))
  })

  it('limits how often the same wrong password can be tried [H3]', async () => {
    const server = await serverWith(2)
    const tries = [{ password: 'same' }, { password: 'same' }, ...guesses(2)]
    expect(await statuses(server, tries)).toEqual([401, 401, 401, 429])
  })

  it('does not apply to networks from which the name has logged in within 30 days [H3]', async () => {
    const server = await serverWith(1, { TRUST_PROXY: 'loopback' })
    const home = { password: right, from: '192.0.2.1' }
    expect(await statuses(server, [home])).toEqual([200])
    const strangers = Array.from({ length: 10 }, (_, index) => ({ from: `198.51.${index}.1` }))
    const newcomer = { password: right, from: '203.0.113.1' }
    expect(await statuses(server, strangers)).toEqual(times(10, 401))
    expect(await statuses(server, [newcomer, home])).toEqual([429, 200])
    server.advance(31 * 86_400_000)
    expect(await statuses(server, [...strangers, home])).toEqual([...times(10, 401), 429])
  })

  it('exempts them until 30 days after the last login, and not for logins of other names [H3]', async () => {
    const server = await serverWith(1, { TRUST_PROXY: 'loopback' })
    const home = { password: right, from: '192.0.2.1' }
    const newcomer = { password: right, from: '203.0.113.1' }
    const admin = { ...newcomer, username: 'admin', password: 'administrator123' }
    const strangers = Array.from({ length: 10 }, (_, index) => ({ from: `198.51.${index}.1` }))
    expect(await statuses(server, [home, admin])).toEqual([200, 200])
    for (const _time of [1, 2]) {
      server.advance(29 * 86_400_000)
      const tries = [...strangers, newcomer, home]
      expect(await statuses(server, tries)).toEqual([...times(10, 401), 429, 200])
    }
  })

  it('is not evaded by X-Forwarded-For from an untrusted sender [H4]', async () => {
    const server = await serverWith(2)
    const tries = guesses(4).map((guess, index) => ({ ...guess, from: `198.51.100.${index}` }))
    expect(await statuses(server, tries)).toEqual([401, 401, 429, 429])
  })

  it('is not evaded by the addresses before the one that the trusted proxy saw [H4]', async () => {
    const server = await serverWith(2, { TRUST_PROXY: 'loopback' })
    const tries = guesses(3).map((guess, index) => ({
      ...guess,
      from: `198.51.100.${index}, 203.0.113.7`,
    }))
    expect(await statuses(server, tries)).toEqual([401, 401, 429])
    expect(await statuses(server, guesses(1, { from: '203.0.113.8' }))).toEqual([401])
  })

  it('is not evaded by the addresses of one IPv6 network [H4]', async () => {
    const server = await serverWith(2, { TRUST_PROXY: 'loopback' })
    const hosts = ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:DB8:0::3', '2001:db8:0:1::1']
    const tries = guesses(4).map((guess, index) => ({ ...guess, from: hosts[index] ?? '' }))
    expect(await statuses(server, tries)).toEqual([401, 401, 429, 401])
  })

  it('is not evaded by the subnets of one /48, which cannot lock a name out elsewhere [H3, H4]', async () => {
    const server = await serverWith(3, { TRUST_PROXY: 'loopback' })
    const subnets = Array.from({ length: 12 }, (_, index) => `2001:db8:0:${index}::1`)
    const tries = subnets.flatMap((from) => guesses(3, { from }))
    expect(await statuses(server, tries)).toEqual([...times(6, 401), ...times(30, 429)])
    const elsewhere = { from: '2001:db8:1::1' }
    const again = [{ ...elsewhere, password: right }, { from: '2001:db8:2::1' }]
    expect(await statuses(server, again)).toEqual([200, 401])
  })

  it('is not evaded by the addresses of one /24, which cannot lock a name out elsewhere [H3, H4]', async () => {
    const server = await serverWith(3, { TRUST_PROXY: 'loopback' })
    const addresses = Array.from({ length: 12 }, (_, index) => `198.51.100.${index}`)
    const tries = addresses.flatMap((from) => guesses(3, { from }))
    expect(await statuses(server, tries)).toEqual([...times(6, 401), ...times(30, 429)])
    expect(await statuses(server, [{ from: '198.51.101.1', password: right }])).toEqual([200])
  })

  it('is that of two subnets for all names of a /48, and leaves other sites alone [H3]', async () => {
    const server = await serverWith(1, { TRUST_PROXY: 'loopback' })
    const home = { password: right, from: '2001:db8:0:ffff::1' }
    expect(await statuses(server, [home])).toEqual([200])
    const tries = Array.from({ length: 20 }, (_, at) => ({
      username: `name ${at}`,
      from: `2001:db8:0:${at % 2}::1`,
    }))
    expect(await statuses(server, tries)).toEqual(times(20, 401))
    const next = { username: 'next', from: '2001:db8:0:2::1' }
    const other = { username: 'next', from: '2001:db8:1::1' }
    // A name is not locked out where it has logged in.
    expect(await statuses(server, [next, other, home])).toEqual([429, 401, 200])
  })

  it.each([
    ['203.0.113.7:2001', '203.0.113.7:2002', '203.0.113.7', '203.0.113.8:2001'],
    ['[2001:db8::1]:443', '[2001:db8::2]:444', '[2001:db8::3]', '[2001:db8:0:1::1]:443'],
    ['::ffff:808:808', '::ffff:8.8.8.8', '[::ffff:808:808]:1', '::ffff:808:809'],
    ['unknown', '203.0.113.256', '_hidden:1', '203.0.113.7'],
  ])('is not evaded by the spelling of an address (%s) [H4]', async (...addresses) => {
    const server = await serverWith(2, { TRUST_PROXY: 'loopback' })
    const tries = guesses(4).map((guess, index) => ({ ...guess, from: addresses[index] ?? '' }))
    expect(await statuses(server, tries)).toEqual([401, 401, 429, 401])
  })

  it('is not evaded by a different spelling of the same name [H4]', async () => {
    const server = await serverWith(3)
    await addAccount(server, { username: 'Straße' })
    const johndoes = ['johndoe', 'JohnDoe', 'ｊｏｈｎｄｏｅ', 'JOHNDOE']
    const streets = ['Straße', 'STRASSE', 'ｓtrasse', 'straße']
    for (const names of [johndoes, streets]) {
      const tries = guesses(4).map((guess, index) => ({ ...guess, username: names[index] ?? '' }))
      expect(await statuses(server, tries)).toEqual([401, 401, 401, 429])
    }
  })

  it('continues the counts of earlier releases: the keys are the same [H1, H3]', async () => {
    const server = await serverWith(3, { SECRET_KEY: 'a'.repeat(32) })
    await statuses(server, [{}, { username: 'admin', password: 'administrator123' }])
    const valuesOf = async (column: string, table: string) => {
      const rows = await ask(server.services.config.database, `select ${column} from ${table}`)
      return rows.map((row) => row[column]).toSorted()
    }
    const earlier = [
      '2ahRm6QK9lRP0wXcz6HhlKW31KMo-7-08st70JXpPMw',
      '8XRjOL-tk1RIV3SZaoAL7BkWg7kdMnviin9shZX0YH0',
      'IVkW5q6sFpAR1SAGUJrcNHc3da173PNkKC4Z1S4j6uw',
    ]
    expect(await valuesOf('key', 'attempts')).toEqual(expect.arrayContaining(earlier))
    expect(await valuesOf('mac', 'attempted_passwords')).toEqual(['O_vb'])
    expect(await valuesOf('key', 'login_addresses')).toEqual([
      'GsGm5-lzYoA58_-QgMyPxAVF3cKqJbtqNHby9WTja2w',
    ])
  })

  it('is not evaded by a restart [H1, H4]', async () => {
    const settings = { DATABASE_URL: join(temporaryFolder(), 'test.db') }
    const first = await serverWith(2, settings)
    expect(await statuses(first, guesses(2))).toEqual([401, 401])
    await Promise.all(running.splice(0).map((server) => server.stop()))
    const second = await serverWith(2, settings, { empty: true })
    expect(await statuses(second, [{ password: right }])).toEqual([429])
  })
})
