import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Jwks } from '../../generated/api.ts'
import { type Outcome, temporaryFolder, tessera } from '../harness/command.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let file: string
beforeEach(() => {
  file = join(temporaryFolder(), 'test.db')
})

const keys = (args: readonly string[], settings: Record<string, string> = {}): Promise<Outcome> =>
  tessera(['keys', ...args], { settings: { DATABASE_URL: file, ...settings } })

async function server(): Promise<TestServer> {
  const running = await testServer({ settings: { DATABASE_URL: file } })
  onTestFinished(() => running.stop())
  return running
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? ''

async function published(running: TestServer): Promise<(string | undefined)[]> {
  const jwks: Jwks = JSON.parse(await (await running.get('/.well-known/jwks.json')).text())
  return jwks.keys.map(({ kid }) => kid)
}

/** The keys with their states, in the order of the list. */
async function states(): Promise<string[]> {
  const { out } = await keys(['list'])
  return out.split('\n').flatMap((line) => /^(\S+ {2}\S+ {2}\w+)/.exec(line)?.[1] ?? [])
}

describe('tessera keys rotate', () => {
  it('publishes a key at once; it signs six minutes later, the old one until then [E5]', async () => {
    const running = await server()
    const old = await running.token()
    const rotated = await keys(['rotate'])
    expect(rotated.out).toMatch(/^[\w-]{43} {2}RS256 {2}published {2}signs from \S+\n$/)
    const fresh = rotated.out.slice(0, 43)
    expect(await published(running)).toEqual([fresh, kidOf(old)])
    expect(kidOf(await running.token())).toBe(kidOf(old))
    running.advance(360_000)
    const after = await running.token()
    expect(kidOf(after)).toBe(fresh)
    for (const token of [old, after]) {
      expect((await running.get('/users/me', token)).status).toBe(200)
    }
    running.advance(1_860_000)
    expect(await published(running)).toEqual([fresh])
  })

  it('signs at once with --now; tokens of the old key are accepted until they expire [E5]', async () => {
    const running = await server()
    const old = await running.token()
    expect(await keys(['rotate', '--now'])).toMatchObject({ status: 0, err: '' })
    const after = await running.token()
    expect(kidOf(after)).not.toBe(kidOf(old))
    expect(await states()).toEqual([
      `${kidOf(after)}  RS256  signs`,
      `${kidOf(old)}  RS256  verifies`,
    ])
    running.advance(1_790_000)
    expect((await running.get('/users/me', old)).status).toBe(200)
    running.advance(80_000)
    expect(await published(running)).toEqual([kidOf(after)])
    expect((await running.get('/users/me', old)).status).toBe(401)
  })

  it('adds a key that a server uses when it starts, also on a new database', async () => {
    expect(await keys(['rotate'])).toMatchObject({ status: 0 })
    const running = await server()
    expect((await running.login()).status).toBe(200)
  })

  it('fails with HS256, whose key is not stored', async () => {
    expect(await keys(['rotate'], { SIGNING_ALG: 'HS256' })).toMatchObject({
      status: 1,
      out: '',
      err: 'tessera: HS256 derives its key from SECRET_KEY: change SECRET_KEY\n',
    })
  })
})

describe('tessera keys list', () => {
  it('shows which key signs while the next one is published', async () => {
    const running = await server()
    const kid = kidOf(await running.token())
    expect(await states()).toEqual([`${kid}  RS256  signs`])
    const fresh = (await keys(['rotate'])).out.slice(0, 43)
    expect(await states()).toEqual([`${fresh}  RS256  published`, `${kid}  RS256  signs`])
  })

  it('shows from when a key signs, and from when the previous one is rejected', async () => {
    await server()
    await keys(['rotate'])
    const { out } = await keys(['list'])
    const [, from = ''] = /published {2}signs from (\S+)$/m.exec(out) ?? []
    const [, until = ''] = /signs {2}refused from (\S+)$/m.exec(out) ?? []
    expect((Date.parse(from) - Date.now()) / 1000).toBeCloseTo(360, -2)
    expect(Date.parse(until) - Date.parse(from)).toBe(1_860_000)
  })

  it('shows which keys are rejected', async () => {
    const kid = kidOf(await (await server()).token())
    const fresh = (await keys(['rotate', '--now'])).out.slice(0, 43)
    await keys(['retire', '--', kid])
    expect(await states()).toEqual([`${fresh}  RS256  signs`, `${kid}  RS256  refused`])
  })
})

describe('tessera keys list in special cases', () => {
  it('does not show a key as published if a later key signs first', async () => {
    const running = await server()
    const kid = kidOf(await running.token())
    const overtaken = (await keys(['rotate'])).out.slice(0, 43)
    const fresh = (await keys(['rotate', '--now'])).out.slice(0, 43)
    expect(await states()).toEqual([
      `${fresh}  RS256  signs`,
      `${overtaken}  RS256  verifies`,
      `${kid}  RS256  verifies`,
    ])
    expect((await keys(['list'])).out).not.toContain('signs from')
    running.advance(360_000)
    expect(kidOf(await running.token())).toBe(fresh)
  })

  it('says why there are no keys', async () => {
    await tessera(['migrate'], { settings: { DATABASE_URL: file } })
    expect((await keys(['list'])).out).toBe(
      'no keys: the server creates the first one when it starts; with SIGNING_ALG=HS256 it stores none\n',
    )
    expect((await keys(['list', '--json'])).out).toBe('[]\n')
  })

  it('shows with HS256 the current and the previous key, and the others as unused [S11]', async () => {
    const kid = kidOf(await (await server()).token())
    const SIGNING_ALG = 'HS256'
    const before = { SIGNING_ALG, SECRET_KEY: 's'.repeat(32) }
    const now = { SIGNING_ALG, SECRET_KEY: 'n'.repeat(32), SECRET_KEY_PREVIOUS: before.SECRET_KEY }
    const shared = async (settings: Record<string, string>) =>
      JSON.parse((await keys(['export-hs256'], settings)).out).kid
    expect((await keys(['list'], now)).out).toBe(
      `${await shared(now)}  HS256  signs\n` +
        `${await shared(before)}  HS256  verifies\n${kid}  RS256  unused\n`,
    )
    expect(JSON.parse((await keys(['list', '--json'], now)).out)[0]).toEqual({
      kid: await shared(now),
      alg: SIGNING_ALG,
      state: 'signs',
    })
  })

  it('fails without the HS256 key of the server [S11]', async () => {
    await tessera(['migrate'], { settings: { DATABASE_URL: file } })
    expect(await keys(['list'], { SIGNING_ALG: 'HS256' })).toMatchObject({
      status: 1,
      out: '',
      err: 'tessera: set SIGNING_ALG=HS256 and the SECRET_KEY of the server\n',
    })
    expect(existsSync(`${file}.secret`)).toBe(false)
  })
})

describe('tessera keys retire', () => {
  it('rejects the tokens of a key from the next request on [E5]', async () => {
    const running = await server()
    const old = await running.token()
    await keys(['rotate', '--now'])
    const after = await running.token()
    expect((await running.get('/users/me', old)).status).toBe(200)
    const retired = await keys(['retire', kidOf(old)])
    expect(retired).toMatchObject({ status: 0, out: `retired ${kidOf(old)}\n` })
    expect((await running.get('/users/me', old)).status).toBe(401)
    expect((await running.get('/users/me', after)).status).toBe(200)
    expect(await published(running)).toEqual([kidOf(after)])
  })

  it.each([
    ['alone', false],
    ['with the next one published', true],
  ])('does not retire the key that signs, %s', async (_how, isRotated) => {
    const running = await server()
    const kid = kidOf(await running.token())
    if (isRotated) await keys(['rotate'])
    expect(await keys(['retire', kid])).toMatchObject({
      status: 1,
      err: 'tessera: this key signs new tokens: run tessera keys rotate --now first\n',
    })
    expect((await running.login()).status).toBe(200)
  })

  it('does not retire a published key without a successor [E5]', async () => {
    const running = await server()
    const fresh = (await keys(['rotate'])).out.slice(0, 43)
    expect(await keys(['retire', '--', fresh])).toMatchObject({
      status: 1,
      err: 'tessera: this key has no successor: run tessera keys rotate --now first\n',
    })
    running.advance(86_400_000)
    expect((await running.login()).status).toBe(200)
  })

  it('reports an unknown key', async () => {
    const refused = await keys(['retire', 'nothing'])
    expect(refused).toMatchObject({ status: 1, err: 'tessera: unknown key nothing\n' })
  })
})

describe('a server with a changed SIGNING_ALG', () => {
  const issuer = { ISSUER: 'https://id.example.com' }

  /** With a token from before the change. */
  async function changedServer(): Promise<{ running: TestServer; old: string }> {
    const before = await testServer({ settings: { ...issuer, DATABASE_URL: file } })
    const old = await before.token()
    await before.stop()
    const settings = { ...issuer, DATABASE_URL: file, SIGNING_ALG: 'ES256' }
    const running = await testServer({ settings, empty: true })
    onTestFinished(() => running.stop())
    return { running, old }
  }

  it('gets no key of the previous algorithm, and keeps its own [E5]', async () => {
    const { running } = await changedServer()
    const rotated = await keys(['rotate', '--now'])
    expect(rotated).toMatchObject({ status: 1, err: expect.stringMatching(/ES256.*SIGNING_ALG/) })
    running.advance(86_400_000)
    expect((await running.login()).status).toBe(200)
  })

  it('rejects a key of the previous algorithm as soon as any shell retires it [E5]', async () => {
    const { running, old } = await changedServer()
    expect((await running.get('/users/me', old)).status).toBe(200)
    const kid = kidOf(await running.token())
    expect(await states()).toEqual([`${kid}  ES256  signs`, `${kidOf(old)}  RS256  verifies`])
    expect(await keys(['retire', '--', kidOf(old)])).toMatchObject({ status: 0 })
    expect((await running.get('/users/me', old)).status).toBe(401)
    expect((await running.login()).status).toBe(200)
  })
})

describe('a shell without the settings of the server', () => {
  it('adds no key that the server could not decrypt, and creates no secret [E5]', async () => {
    const settings = { DATABASE_URL: file, SECRET_KEY: 's'.repeat(32) }
    const running = await testServer({ settings })
    onTestFinished(() => running.stop())
    const token = await running.token()
    for (const others of [{}, { SECRET_KEY: 'o'.repeat(32) }]) {
      const refused = await keys(['rotate', '--now'], others)
      expect(refused).toMatchObject({
        status: 1,
        out: '',
        err: expect.stringMatching(/SECRET_KEY/),
      })
    }
    expect(existsSync(`${file}.secret`)).toBe(false)
    expect((await running.get('/users/me', token)).status).toBe(200)
    expect(await published(running)).toEqual([kidOf(token)])
  })

  it('adds no key of a different algorithm, and does not retire the key that signs [E5]', async () => {
    const settings = { DATABASE_URL: file, SIGNING_ALG: 'ES256' }
    const running = await testServer({ settings })
    onTestFinished(() => running.stop())
    const kid = kidOf(await running.token())
    const rotated = await keys(['rotate', '--now'])
    expect(rotated).toMatchObject({ status: 1, err: expect.stringMatching(/ES256.*SIGNING_ALG/) })
    expect(await keys(['retire', '--', kid])).toMatchObject({ status: 1, out: '' })
    running.advance(86_400_000)
    expect((await running.login()).status).toBe(200)
  })

  it('exports no key without the SECRET_KEY of the server', async () => {
    const refused = await keys(['export-hs256'])
    expect(refused).toMatchObject({ status: 1, out: '', err: expect.stringMatching(/HS256/) })
    expect(existsSync(`${file}.secret`)).toBe(false)
  })

  it('finds a key whose id begins with a hyphen', async () => {
    const refused = await keys(['retire', '-abc'])
    expect(refused).toMatchObject({ status: 1, err: 'tessera: unknown key -abc\n' })
  })

  it('does not change a file that is not a database', async () => {
    writeFileSync(file, 'a letter to somebody else', { mode: 0o644 })
    const refused = await keys(['list'])
    expect(refused).toMatchObject({
      status: 1,
      err: `tessera: the database ${file} cannot be opened: not a SQLite database\n`,
    })
    expect(statSync(file).mode & 0o777).toBe(0o644)
  })
})
