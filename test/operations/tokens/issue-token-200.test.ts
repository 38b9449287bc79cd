import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenResponse } from '../../../generated/api.ts'
import { addAccount, defaultPassword } from '../../harness/accounts.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { basic, postToken, validForm } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

async function issued(response: Response): Promise<TokenResponse> {
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status: 200 })
  return JSON.parse(text)
}

describe('POST /token returns 200', () => {
  it('a bearer token, its lifetime and its scope, with Cache-Control: no-store [S1, C1, D9]', async () => {
    const response = await postToken(server, validForm)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('pragma')).toBe('no-cache')
    expect(await issued(response)).toEqual({
      access_token: expect.stringMatching(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/),
      token_type: 'bearer',
      expires_in: 1800,
      scope: 'me:read me:write items:read items:write',
      refresh_token: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
    })
  })

  it('without grant_type, and with an empty one [S2]', async () => {
    await issued(await postToken(server, 'username=johndoe&password=secret123'))
    await issued(await postToken(server, 'grant_type=&username=johndoe&password=secret123'))
  })

  it('a token that lasts as long as expires_in says [S10]', async () => {
    const { access_token, expires_in } = await issued(await postToken(server, validForm))
    const { exp = 0, iat = 0 } = decodeJwt(access_token)
    expect({ expires_in, lasts: exp - iat }).toEqual({ expires_in: 1800, lasts: 1800 })
  })

  it('with an empty scope as without one, and ignores unknown fields [A6]', async () => {
    const { scope } = await issued(await postToken(server, `${validForm}&scope=`))
    expect(scope).toBe('me:read me:write items:read items:write')
    await issued(await postToken(server, `${validForm}&scope=&audience=x&constructor=1&a.b=2&&`))
  })

  it('issues the requested scope, once, and no other', async () => {
    const { access_token, scope } = await issued(
      await postToken(server, `${validForm}&scope=items%3Aread+items%3Aread`),
    )
    expect(scope).toBe('items:read')
    expect(decodeJwt(access_token).scope).toBe('items:read')
  })

  it.each([
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset=utf-8',
    'application/x-www-form-urlencoded; charset="utf-8"',
    'Application/X-WWW-Form-Urlencoded',
  ])('for a form of the type %s [A3]', async (type) => {
    await issued(await postToken(server, validForm, { 'content-type': type }))
  })

  it('for the built-in client if none is named, and the token names it [B11]', async () => {
    const { access_token } = await issued(await postToken(server, validForm))
    expect(decodeJwt(access_token).client_id).toBe('tessera')
    const named = await issued(await postToken(server, `${validForm}&client_id=tessera`))
    expect(decodeJwt(named.access_token).client_id).toBe('tessera')
  })

  it('for HTTP Basic with the empty id and secret of Swagger UI [B8]', async () => {
    const headers = { authorization: 'Basic Og==' }
    const { access_token } = await issued(await postToken(server, validForm, headers))
    expect(decodeJwt(access_token).client_id).toBe('tessera')
  })

  it('for the client in the form beside it [B8]', async () => {
    const client = 'client_id=demo-service&client_secret=demo-service-secret'
    const headers = { authorization: 'Basic Og==' }
    const { access_token } = await issued(
      await postToken(server, `${validForm}&${client}`, headers),
    )
    expect(decodeJwt(access_token).client_id).toBe('demo-service')
  })

  it('accepts the built-in client with HTTP Basic, in any case of the scheme', async () => {
    const { authorization } = basic('tessera:')
    await issued(await postToken(server, validForm, { authorization }))
    const shouted = authorization.replace('Basic', 'BASIC')
    await issued(await postToken(server, validForm, { authorization: shouted }))
  })

  it('for a user without scopes, with a token that allows nothing [C4]', async () => {
    await addAccount(server, { username: 'nobody', scopes: [] })
    const form = { username: 'nobody', password: defaultPassword }
    const { access_token, scope } = await issued(await server.login(form))
    expect(scope).toBe('')
    expect((await server.get('/users/me', access_token)).status).toBe(403)
    expect((await server.get('/users/me/items', access_token)).status).toBe(403)
  })

  it('with a different token at every login [C5]', async () => {
    const tokens = await Promise.all([server.token(), server.token(), server.token()])
    expect(new Set(tokens).size).toBe(3)
    expect(new Set(tokens.map((token) => decodeJwt(token).jti)).size).toBe(3)
    expect(new Set(tokens.map((token) => decodeJwt(token).sid)).size).toBe(3)
  })

  it('finds the user whatever the case and the width of the letters', async () => {
    for (const username of ['JohnDoe', 'ｊｏｈｎｄｏｅ']) {
      await issued(await server.login({ username }))
    }
  })
})
