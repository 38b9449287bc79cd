import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addAccount,
  defaultPassword,
  disableAccount,
  removeAccount,
} from '../../harness/accounts.ts'
import { ask } from '../../harness/database.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { basic, loginPair, postForm } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const asDemoService = basic('demo-service:demo-service-secret')
const demoService = { client_id: 'demo-service', client_secret: 'demo-service-secret' }

const introspect = (
  form: Record<string, string>,
  headers: Record<string, string> = asDemoService,
  asked = server,
) => postForm(asked, '/introspect', form, headers)

/** The body of a response with Cache-Control: no-store. */
async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status: 200 })
  expect(response.headers.get('cache-control')).toBe('no-store')
  return JSON.parse(text)
}

async function expectInactive(token: string, asked = server): Promise<void> {
  const response = await introspect({ token }, asDemoService, asked)
  expect(JSON.stringify(await bodyOf(response))).toBe('{"active":false}')
}

describe('POST /introspect returns 200 for an active token', () => {
  it.each([
    ['by HTTP Basic', {}, asDemoService],
    ['in the form', demoService, {}],
  ])(
    'with the claims of an access token, for a service that authenticates %s [G5]',
    async (_way, form, headers) => {
      const token = await server.token({ scope: 'items:read' })
      const { exp, iat, sub, jti, sid } = decodeJwt(token)
      expect(await bodyOf(await introspect({ token, ...form }, headers))).toEqual({
        active: true,
        scope: 'items:read',
        client_id: 'tessera',
        username: 'johndoe',
        token_type: 'bearer',
        ...{ exp, iat, sub, jti, sid },
        aud: server.url,
        iss: server.url,
      })
    },
  )

  it('with the claims of a refresh token, to the client that it was issued to [G5]', async () => {
    const { access, refresh } = await loginPair(server, demoService)
    const { iat = 0, sub, sid } = decodeJwt(access)
    expect(await bodyOf(await introspect({ token: refresh }))).toEqual({
      active: true,
      scope: 'me:read me:write items:read items:write',
      client_id: 'demo-service',
      username: 'johndoe',
      iat: expect.closeTo(iat, -1),
      exp: expect.closeTo(iat + 14 * 86_400, -1),
      ...{ sub, sid },
      aud: server.url,
      iss: server.url,
    })
  })

  it('with a sub that differs from that of a later account with the same name [E6]', async () => {
    const whose = { username: 'namesake', password: defaultPassword }
    const ids = [await addAccount(server, { username: 'namesake' })]
    const before = await server.token(whose)
    expect((await bodyOf(await introspect({ token: before }))).sub).toBe(ids[0])
    await removeAccount(server, 'namesake')
    ids.push(await addAccount(server, { username: 'namesake' }))
    const after = await bodyOf(await introspect({ token: await server.token(whose) }))
    expect(after).toMatchObject({ username: 'namesake', sub: ids[1] })
    expect(ids[1]).not.toBe(ids[0])
    await expectInactive(before)
  })
})

describe('POST /introspect returns 200 and nothing but active: false', () => {
  it.each([
    ...['nonsense', 'a.b.c', 'e30.e30.e30', `${'x'.repeat(43)}.${'y'.repeat(43)}`, '字🦊'],
    ...['x'.repeat(60_000), 'a\0b', '\r\n', ' '],
  ])('for any text that is not a token (%#) [G6]', (token) => expectInactive(token))

  it('for a refresh token of a different client, whatever the hint [G5]', async () => {
    const { access, refresh } = await loginPair(server)
    for (const token_type_hint of ['refresh_token', 'access_token', 'unknown', '']) {
      const response = await introspect({ token: refresh, token_type_hint })
      expect(JSON.stringify(await bodyOf(response))).toBe('{"active":false}')
    }
    expect(await bodyOf(await introspect({ token: access }))).toMatchObject({ active: true })
  })

  it.each(['access', 'refresh'] as const)('for a revoked token (%s) [G6]', async (kind) => {
    const pair = await loginPair(server, demoService)
    await postForm(server, '/revoke', { token: pair[kind] }, asDemoService)
    await expectInactive(pair[kind])
  })

  it('for a used refresh token, and the access tokens of an ended session [G6]', async () => {
    const { access, refresh } = await loginPair(server, demoService)
    const refreshing = { grant_type: 'refresh_token', refresh_token: refresh, ...demoService }
    expect((await postForm(server, '/token', refreshing)).status).toBe(200)
    await expectInactive(refresh)
    await postForm(server, '/revoke', { token: refresh }, asDemoService)
    await expectInactive(access)
  })

  it.each([
    ['disabled', disableAccount],
    ['deleted', removeAccount],
  ] as const)('for the tokens of a user who was %s [G6]', async (what, leave) => {
    const username = `leaver-${what}`
    await addAccount(server, { username })
    const user = { username, password: defaultPassword }
    const { access, refresh } = await loginPair(server, { ...user, ...demoService })
    for (const token of [access, refresh])
      expect(await bodyOf(await introspect({ token }))).toMatchObject({ active: true })
    await leave(server, username)
    await expectInactive(access)
    await expectInactive(refresh)
  })

  it('for an expired token [G6]', async () => {
    const later = await testServer()
    const { access, refresh } = await loginPair(later, demoService)
    later.advance(31 * 60_000)
    await expectInactive(access, later)
    const live = await introspect({ token: refresh }, asDemoService, later)
    expect(await bodyOf(live)).toMatchObject({ active: true })
    later.advance(14 * 86_400_000)
    await expectInactive(refresh, later)
    await later.stop()
  })

  it('for a refresh token whose session is too old [G6]', async () => {
    const later = await testServer({ settings: { REFRESH_TOKEN_MAX_DAYS: '1' } })
    const { refresh } = await loginPair(later, demoService)
    later.advance(2 * 86_400_000)
    await expectInactive(refresh, later)
    await later.stop()
  })

  it('for the tokens of a disabled user, even before the session ends [G6]', async () => {
    await addAccount(server, { username: 'dormant' })
    const user = { username: 'dormant', password: defaultPassword }
    const pair = await loginPair(server, { ...user, ...demoService })
    const { database } = server.services.config
    await ask(database, "update users set disabled = 1 where username = 'dormant'")
    await expectInactive(pair.access)
    await expectInactive(pair.refresh)
  })
})
