import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../generated/api.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { REGISTRATION: 'open', LOGIN_MAX_FAILURES: '50' } })
})
afterAll(() => server.stop())

const password = 'correct horse battery staple'
const register = (body: object, at = server) => callAs(at)('POST', '/users', body)

describe('POST /users returns 403', () => {
  it('unless registration is open', async () => {
    const closed = await testServer()
    await expectProblem(
      await register({ username: 'x', password }, closed),
      403,
      'registration_closed',
    )
    await closed.stop()
  })

  it('if the request chooses scopes [K79]', async () => {
    for (const scopes of [['users:write'], ['me:read'], []]) {
      const refused = await register({ username: 'chosen', password, scopes })
      const { detail } = await expectProblem(refused, 403, 'scope_not_held')
      expect(detail).toBe('Only administrators choose the scopes of an account')
    }
    const { audit, store } = server.services
    await audit.flush()
    const [event] = await store.auditEvents.list({ kind: 'access_denied', limit: 9 })
    expect(event).toMatchObject({ address: '127.0.0.1', detail: 'scope not held', count: 3 })
  })

  it('before the body is read', async () => {
    const closed = await testServer()
    const headers = { 'content-type': 'application/json' }
    const sent = await fetch(`${closed.url}/users?color=blue`, {
      method: 'POST',
      headers,
      body: '{"username": ',
    })
    await expectProblem(sent, 403, 'registration_closed')
    await closed.stop()
  })
})

describe('POST /users returns 201', () => {
  it('with the account and its Location, with scopes for itself only [J3]', async () => {
    const created = await register({ username: 'newcomer', password, email: 'n@example.com' })
    expect(created.status).toBe(201)
    const user = await jsonOf<User>(created)
    expect(user.scopes).toEqual(['me:read', 'me:write', 'items:read', 'items:write'])
    expect(created.headers.get('location')).toBe(`/users/${user.user_id}`)
    const token = await server.token({ username: 'newcomer', password })
    const read = await server.get('/users/me', token)
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'))
    expect(await jsonOf(read)).toEqual(user)
    const events = await server.services.store.auditEvents.list({ userId: user.user_id, limit: 9 })
    expect(events.map(({ kind }) => kind)).toEqual(['login', 'user_registered'])
  })

  it('with the requested profile, and nothing else [K81]', async () => {
    const profile = { email: 'c@example.com', full_name: 'Com Plete', locale: 'de-AT' }
    const asked = { username: 'Complete', ...profile }
    expect(await jsonOf(register({ ...asked, password }))).toEqual({
      ...asked,
      user_id: expect.stringMatching(/^u_[\w-]{22}$/),
      email_verified: false,
      disabled: false,
      scopes: ['me:read', 'me:write', 'items:read', 'items:write'],
      created_at: expect.stringMatching(/Z$/),
    })
  })
})

describe('POST /users returns 409', () => {
  it('for a taken name in any equivalent spelling, and for all but one of many concurrent registrations', async () => {
    await register({ username: 'strasse', password })
    for (const username of ['STRASSE', 'straße', 'ｓｔｒａｓｓｅ', 'ﬆrasse'])
      await expectProblem(await register({ username, password }), 409, 'username_taken')
    const many = await Promise.all(
      Array.from({ length: 5 }, () => register({ username: 'raced', password })),
    )
    expect(many.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
    const { auditEvents } = server.services.store
    const registered = await auditEvents.list({ kind: 'user_registered', limit: 100 })
    const accounts = await Promise.all(
      registered.map(({ userId = '' }) => server.services.store.users.byId(userId)),
    )
    expect(accounts.filter((user) => user?.username === 'raced')).toHaveLength(1)
    expect(accounts).not.toContain(undefined)
  })
})

describe('POST /users returns 400', () => {
  it.each([
    [{ username: 'x', password, scopes: 'users:write' }, '/scopes'],
    [{ username: 'x', password, disabled: false }, '/disabled'],
    [{ username: 'with space', password }, '/username'],
    [{ username: 'x', password: '' }, '/password'],
    [{ username: 'x', password: `${password}\u0007` }, '/password'],
    [{ username: 'x', password, email: 'nobody' }, '/email'],
  ])('for %j', async (body, pointer) => {
    const { errors } = await expectProblem(await register(body), 400, 'invalid_request')
    expect(errors).toContainEqual({ in: 'body', pointer, detail: expect.stringMatching(/./) })
  })

  it('for an unpaired surrogate', async () => {
    const headers = { 'content-type': 'application/json' }
    const body = `{"username":"half\\ud800","password":"${password}"}`
    const refused = await fetch(`${server.url}/users`, { method: 'POST', headers, body })
    await expectProblem(refused, 400, 'invalid_request')
    const whole = `{"username":"fox\\ud83e\\udd8a","password":"${password}"}`
    const taken = await fetch(`${server.url}/users`, { method: 'POST', headers, body: whole })
    expect(taken.status).toBe(201)
  })
})

describe('POST /users returns 422', () => {
  it.each([
    ['too-short', 'fourteen chars', /at least 15/],
    ['common', 'passwordpassword', /easy to guess: avoid common passwords/],
    ['a-name-of-its-own', 'a-name-of-its-own', /name of the account/],
    ['controlled', `${password}\u0085`, /control characters/],
    ['missing', undefined, /^The password is required$/],
  ])('with the reason (%s) [I1]', async (username, refused, reason) => {
    const response = await register({ username, password: refused })
    expect((await expectProblem(response, 422, 'password_refused')).detail).toMatch(reason)
  })

  it('for the own e-mail address as password [I1]', async () => {
    const email = 'somebody-new@example.com'
    const refused = await register({ username: 'x', password: email, email })
    const { detail } = await expectProblem(refused, 422, 'password_refused')
    expect(detail).toMatch(/name of the account/)
  })

  it('for invisible characters, and characters that change the direction of text [J10]', async () => {
    const body = { username: 'x\u200B', full_name: 'Eve\u202E', password }
    const { errors } = await expectProblem(await register(body), 422, 'text_refused')
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/username', '/full_name'])
  })
})

describe('POST /users with LOGIN_WITH=username,email returns 422', () => {
  it('for a username that would be read as an address [K71]', async () => {
    const settings = { REGISTRATION: 'open', LOGIN_WITH: 'username,email' }
    const strict = await testServer({ settings })
    const admin = callAs(strict, await strict.token(administrator))
    for (const username of ['ada@example.com', 'ada＠home']) {
      const added = admin('POST', '/users', { username, password, scopes: [] })
      for (const refused of [await register({ username, password }, strict), await added]) {
        const { errors } = await expectProblem(refused, 422, 'text_refused')
        expect(errors).toMatchObject([
          { pointer: '/username', detail: expect.stringMatching(/^must not contain @/) },
        ])
      }
      expect((await register({ username, password })).status).toBe(201)
    }
    await strict.stop()
  })
})

describe('POST /users with a non-ASCII e-mail address', () => {
  it('keeps it as it was written, and finds it [K70]', async () => {
    const email = 'Jörg.Müller@bücher.example'
    const created = await register({ username: 'jörg', password, email })
    expect(await jsonOf(created)).toMatchObject({ email })
    const admin = callAs(server, await server.token(administrator))
    const found = await admin('GET', `/users?email=${encodeURIComponent(email)}`)
    expect(await jsonOf(found)).toMatchObject({ items: [{ username: 'jörg' }] })
  })

  it('returns 422 for an invisible character and for a domain that cannot exist [K70]', async () => {
    for (const email of ['a\u200B@example.com', 'a@0x7f.1']) {
      const refused = await register({ username: 'x', password, email })
      const { errors } = await expectProblem(refused, 422, 'text_refused')
      expect(errors).toEqual([
        { in: 'body', pointer: '/email', detail: expect.stringMatching(/^must /) },
      ])
    }
  })
})

describe('POST /users returns 429', () => {
  const settings = { REGISTRATION: 'open', LOGIN_MAX_FAILURES: '2', TRUST_PROXY: '127.0.0.1' }
  const from = (address: string) => ({ 'x-forwarded-for': address })

  it('for one network, whatever it requests, but for no other [H2, H4]', async () => {
    const few = await testServer({ settings })
    const ask = (username: string, address: string) =>
      callAs(few)('POST', '/users', { username, password }, from(address))
    expect((await ask('a', '2001:db8::1')).status).toBe(201)
    await expectProblem(await ask('admin', '2001:db8::2'), 409, 'username_taken')
    // A client with one address of a /64 has all of them.
    const refused = await ask('b', '2001:db8::3')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThan(901)
    await expectProblem(refused, 429, 'temporarily_unavailable')
    for (const username of ['c', 'd'])
      await expectProblem(await ask(username, '2001:db8::4'), 429, 'temporarily_unavailable')
    expect((await ask('e', '192.0.2.1')).status).toBe(201)
    const { auditEvents } = few.services.store
    expect(await auditEvents.list({ kind: 'registration_throttled', limit: 9 })).toHaveLength(1)
    await few.stop()
  })

  it('for one /48, with twice the limit of one of its subnets [H3, H4]', async () => {
    const few = await testServer({ settings })
    const statuses: number[] = []
    for (let subnet = 0; subnet < 6; subnet++) {
      const headers = from(`2001:db8:0:${subnet}::1`)
      const body = { username: `subnet-${subnet}`, password }
      statuses.push((await callAs(few)('POST', '/users', body, headers)).status)
    }
    expect(statuses).toEqual([201, 201, 201, 201, 429, 429])
    const elsewhere = from('2001:db8:1::1')
    const body = { username: 'elsewhere', password }
    expect((await callAs(few)('POST', '/users', body, elsewhere)).status).toBe(201)
    await few.stop()
  })

  it('after too many registrations from one network, before hashing [H2]', async () => {
    const few = await testServer({ settings })
    for (const username of ['one', 'two']) await register({ username, password }, few)
    const refused = await register({ username: 'three', password }, few)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    await expectProblem(refused, 429, 'temporarily_unavailable')
    const { auditEvents } = few.services.store
    expect(await auditEvents.list({ kind: 'registration_throttled', limit: 9 })).toMatchObject([
      { detail: 'registrations' },
    ])
    few.advance(901_000)
    expect((await register({ username: 'three', password }, few)).status).toBe(201)
    await few.stop()
  })
})
