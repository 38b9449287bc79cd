import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { commandDatabase, temporaryFolder, tessera } from '../harness/command.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

type Settings = Readonly<Record<string, string>>

const issuer = { ISSUER: 'https://id.example.com' }

/** The tokens of a login at a server that then stops. */
async function loggedIn(settings: Settings): Promise<{ access: string; refresh: string }> {
  const server = await testServer({ settings: { ...settings, ...issuer } })
  const body = JSON.parse(await (await server.login()).text())
  await server.stop()
  return { access: body.access_token, refresh: body.refresh_token }
}

async function serverOn(settings: Settings): Promise<TestServer> {
  const server = await testServer({ settings: { ...settings, ...issuer }, empty: true })
  onTestFinished(() => server.stop())
  return server
}

const retireUnreadable = (settings: Settings, ...args: readonly string[]) =>
  tessera(['keys', 'retire', '--unreadable', ...args], { settings })

describe('a database without the secret that encrypted its keys', () => {
  let settings: Settings
  let secret: string
  beforeEach(() => {
    const file = join(temporaryFolder(), 'test.db')
    settings = { DATABASE_URL: file }
    secret = `${file}.secret`
  })

  it('gets no new secret: the server says what to do, and does not start', async () => {
    await loggedIn(settings)
    rmSync(secret)
    const refused = await tessera(['serve'], { settings: { ...settings, PORT: '0' } })
    expect(refused).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^tessera: .*restore the \.secret file.*retire --all\n$/),
    })
    expect(existsSync(secret)).toBe(false)
  })

  it('keeps its sessions after its keys are retired, with a new key', async () => {
    const { access, refresh } = await loggedIn(settings)
    rmSync(secret)
    const { out, status } = await tessera(['keys', 'retire', '--all'], { settings })
    expect({ out, status }).toMatchObject({
      out: expect.stringMatching(/^retired [\w-]{43}\n$/),
      status: 0,
    })
    expect(existsSync(secret)).toBe(false)
    const server = await serverOn(settings)
    expect((await server.get('/users/me', access)).status).toBe(401)
    const form = { grant_type: 'refresh_token', refresh_token: refresh }
    const body = new URLSearchParams(form)
    const refreshed = await fetch(`${server.url}/token`, { method: 'POST', body })
    expect(refreshed.status).toBe(200)
    expect((await server.get('/users/me', await server.token())).status).toBe(200)
  })
})

describe('tessera keys retire --all', () => {
  it('retires readable keys too, with one event each', async () => {
    const settings = { ...(await commandDatabase()), SECRET_KEY: 's'.repeat(32) }
    await loggedIn(settings)
    const all = (...args: readonly string[]) =>
      tessera(['keys', 'retire', '--all', ...args], { settings })
    const keys = JSON.parse((await all('--json')).out)
    expect(keys).toMatchObject([{ alg: 'RS256', state: 'refused' }])
    expect(await all()).toMatchObject({ status: 0, out: 'no keys to retire\n' })
    expect(JSON.parse((await all('--json')).out)).toEqual([])
    const { out } = await tessera(['audit', 'tail', '--json'], { settings })
    const events = out.split('\n').filter((line) => line.includes('key_retired'))
    expect(events.map((line) => JSON.parse(line).detail)).toEqual([keys[0].kid])
  })
})

describe('tessera keys retire --unreadable', () => {
  const others = { SECRET_KEY: 'another secret, thirty-two bytes and more' }

  it('retires the keys that SECRET_KEY does not decrypt, with one event each, and the server creates a new one', async () => {
    const settings = { ...(await commandDatabase()), SECRET_KEY: 's'.repeat(32) }
    const { access } = await loggedIn(settings)
    const changed = { ...settings, ...others }
    await expect(serverOn(changed)).rejects.toThrow(/SECRET_KEY_PREVIOUS.*retire --unreadable/)
    const keys = JSON.parse((await retireUnreadable(changed, '--json')).out)
    expect(keys).toMatchObject([{ alg: 'RS256', state: 'refused' }])
    const { out } = await tessera(['audit', 'tail', '--json'], { settings: changed })
    const events = out.split('\n').filter((line) => line.includes('key_retired'))
    expect(events.map((line) => JSON.parse(line).detail)).toEqual([keys[0].kid])
    const server = await serverOn(changed)
    expect((await server.get('/users/me', access)).status).toBe(401)
    expect((await server.login()).status).toBe(200)
  })

  it('does not retire keys that SECRET_KEY or SECRET_KEY_PREVIOUS decrypts', async () => {
    const settings = { ...(await commandDatabase()), SECRET_KEY: 's'.repeat(32) }
    const { access } = await loggedIn(settings)
    const changed = { ...settings, ...others, SECRET_KEY_PREVIOUS: settings.SECRET_KEY }
    for (const readable of [settings, changed])
      expect(await retireUnreadable(readable)).toMatchObject({
        out: 'SECRET_KEY decrypts all keys: none retired\n',
        status: 0,
      })
    const server = await serverOn(settings)
    expect((await server.get('/users/me', access)).status).toBe(200)
  })

  it('retires nothing without a secret: in a shell without the settings it would retire every key', async () => {
    const settings = { DATABASE_URL: join(temporaryFolder(), 'test.db') }
    const server = { ...settings, SECRET_KEY: 's'.repeat(32) }
    const { access } = await loggedIn(server)
    expect(await retireUnreadable(settings)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^tessera: SECRET_KEY is not set: .*retire --all\n$/),
    })
    const running = await serverOn(server)
    expect((await running.get('/users/me', access)).status).toBe(200)
  })

  it.each([
    [['keys', 'retire']],
    [['keys', 'retire', 'some-key', '--unreadable']],
    [['keys', 'retire', 'some-key', '--all']],
    [['keys', 'retire', '--all', '--unreadable']],
  ])('accepts only one of its three forms, not %j', async (args) => {
    expect(await tessera(args, { settings: await commandDatabase() })).toMatchObject({
      status: 1,
      err: 'tessera: give a key id, --unreadable or --all\n',
    })
  })
})
