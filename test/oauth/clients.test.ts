import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { TokenResponse } from '../../generated/api.ts'
import { digest } from '../../src/keys/secrets.ts'
import { firstPartyClient, scopesFor } from '../../src/oauth/clients.ts'
import type { ClientRow } from '../../src/store/clients.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import { logLines } from '../harness/log-lines.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { basic, postToken, validForm } from '../harness/token-request.ts'

const secret = 'a secret: 100 % + é'
const oddId = 'a:b%c+d é'
const wrongSecret = 'demo-service:wrong'
const demo = basic('demo-service:demo-service-secret')

let server: TestServer
beforeAll(async () => {
  // One failure exhausts the budget, and there is no grace period: any side effect is visible.
  const settings = { LOGIN_MAX_FAILURES: '1', REFRESH_GRACE_SECONDS: '0' }
  server = await testServer({ settings })
  await addClient({ clientId: oddId, secretHash: digest(secret) })
  await addClient({ clientId: 'public-client' })
  await addClient({ clientId: 'refresher', grants: ['refresh_token'] })
  await addClient({ clientId: 'asker', grants: ['password'] })
  await addClient({ clientId: 'closed', secretHash: digest(secret), disabled: true })
})
afterAll(() => server.stop())

async function addClient(client: Partial<ClientRow>): Promise<void> {
  await server.services.store.clients.add({
    clientId: '',
    secretHash: undefined,
    grants: ['password', 'refresh_token'],
    scopes: undefined,
    mayIntrospect: false,
    disabled: false,
    createdAt: 0,
    ...client,
  })
}

async function issued(response: Response): Promise<TokenResponse> {
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status: 200 })
  return JSON.parse(text)
}

async function clientOf(response: Response): Promise<unknown> {
  return decodeJwt((await issued(response)).access_token).client_id
}

const fields = (names: Record<string, string>) => `&${new URLSearchParams(names)}`
const formEncoded = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)
const refreshForm = (refresh_token = '') =>
  new URLSearchParams({ grant_type: 'refresh_token', refresh_token }).toString()

async function expectInvalidClient(response: Response): Promise<void> {
  expect(response.headers.get('www-authenticate')).toBe('Basic realm="tessera"')
  await expectOAuthError(response, 401, 'invalid_client')
}

/** The response without what differs from request to request. */
async function whole(response: Response): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => !/^(date|x-request-id)$/.test(name))
  return { status: response.status, headers, text: await response.text() }
}

describe('POST /token returns 200', () => {
  it('for a confidential client with HTTP Basic, and the token names the client [B1]', async () => {
    expect(await clientOf(await postToken(server, validForm, demo))).toBe('demo-service')
  })

  it.each([
    ['a form', formEncoded],
    ['a URI', encodeURIComponent],
  ])('for an id and a secret with special characters, encoded as %s [B1]', async (_as, encode) => {
    const headers = basic(`${encode(oddId)}:${encode(secret)}`)
    expect(await clientOf(await postToken(server, validForm, headers))).toBe(oddId)
  })

  it('for a confidential client with its secret in the form [B2]', async () => {
    const client = fields({ client_id: 'demo-service', client_secret: 'demo-service-secret' })
    expect(await clientOf(await postToken(server, validForm + client))).toBe('demo-service')
    const odd = fields({ client_id: oddId, client_secret: secret })
    expect(await clientOf(await postToken(server, validForm + odd))).toBe(oddId)
  })

  it('for a public client with HTTP Basic and an empty secret, and with its id alone [B9]', async () => {
    const byBasic = await postToken(server, validForm, basic('public-client:'))
    expect(await clientOf(byBasic)).toBe('public-client')
    const byId = await postToken(server, `${validForm}&client_id=public-client`)
    expect(await clientOf(byId)).toBe('public-client')
  })

  it('for the built-in client, named explicitly', async () => {
    expect(await clientOf(await postToken(server, `${validForm}&client_id=tessera`))).toBe(
      'tessera',
    )
    expect(await clientOf(await postToken(server, validForm, basic('tessera:')))).toBe('tessera')
  })

  it('for a client in the form, beside the empty id and secret of Swagger UI', async () => {
    const client = fields({ client_id: 'demo-service', client_secret: 'demo-service-secret' })
    const response = await postToken(server, validForm + client, basic(':'))
    expect(await clientOf(response)).toBe('demo-service')
    expect(await clientOf(await postToken(server, validForm, basic(':')))).toBe('tessera')
  })

  it('for HTTP Basic with the same id in the form', async () => {
    const response = await postToken(server, `${validForm}&client_id=demo-service`, demo)
    expect(await clientOf(response)).toBe('demo-service')
  })
})

describe('POST /token returns 400 invalid_request', () => {
  it.each([
    'client_secret=demo-service-secret',
    'client_id=demo-service&client_secret=demo-service-secret',
    'client_secret=wrong',
    'client_id=public-client',
  ])('for HTTP Basic with %s in the form [B3]', async (client) => {
    const response = await postToken(server, `${validForm}&${client}`, demo)
    await expectOAuthError(response, 400, 'invalid_request')
  })
})

describe('POST /token returns 401 invalid_client', () => {
  it('with the same bytes for an unknown id, a wrong secret, and a disabled client [B4]', async () => {
    const answers = await Promise.all(
      ['nobody:x', wrongSecret, `closed:${formEncoded(secret)}`, 'demo-service:'].map(
        async (credentials) => whole(await postToken(server, validForm, basic(credentials))),
      ),
    )
    const inForm = await Promise.all(
      [
        { client_id: 'nobody', client_secret: 'x' },
        { client_id: 'demo-service', client_secret: 'wrong' },
        { client_id: 'closed', client_secret: secret },
      ].map(async (client) => whole(await postToken(server, validForm + fields(client)))),
    )
    const [first] = answers
    expect([...answers, ...inForm]).toEqual([...answers, ...inForm].map(() => first))
    await expectInvalidClient(await postToken(server, validForm, basic(wrongSecret)))
  })

  it('for a confidential client without its secret, with either grant [B5]', async () => {
    await expectInvalidClient(await postToken(server, `${validForm}&client_id=demo-service`))
    await expectInvalidClient(await postToken(server, validForm, basic('demo-service:')))
    const { refresh_token } = await issued(await postToken(server, validForm, demo))
    const form = `${refreshForm(refresh_token)}&client_id=demo-service`
    await expectInvalidClient(await postToken(server, form))
  })

  it('before the user is checked: no failure is counted [B7]', async () => {
    const wrongUser = validForm.replace('secret123', 'wrong')
    for (const form of [validForm, wrongUser, wrongUser]) {
      await expectInvalidClient(await postToken(server, form, basic(wrongSecret)))
    }
    await issued(await postToken(server, validForm, demo))
    await expectOAuthError(await postToken(server, wrongUser, demo), 401, 'invalid_grant')
    await expectOAuthError(await postToken(server, validForm, demo), 429, 'temporarily_unavailable')
    await expectInvalidClient(await postToken(server, validForm, basic(wrongSecret)))
    server.advance(900_000)
  })

  it('before the user is checked: a right password resets no count [B7]', async () => {
    const other = await testServer({ settings: { LOGIN_MAX_FAILURES: '2' } })
    onTestFinished(() => other.stop())
    const wrong = (password: string) => postToken(other, validForm.replace('secret123', password))
    await expectOAuthError(await wrong('wrong'), 401, 'invalid_grant')
    await expectInvalidClient(await postToken(other, validForm, basic(wrongSecret)))
    await expectOAuthError(await wrong('wrong too'), 401, 'invalid_grant')
    await expectOAuthError(await postToken(other, validForm), 429, 'temporarily_unavailable')
  })

  it('before the refresh token is checked, which stays valid [B7]', async () => {
    const { refresh_token } = await issued(await postToken(server, validForm, demo))
    const form = refreshForm(refresh_token)
    await expectInvalidClient(await postToken(server, form, basic(wrongSecret)))
    await issued(await postToken(server, form, demo))
  })
})

describe('POST /token returns 400 unauthorized_client', () => {
  it('for a client without the password grant, before the user is checked [B6]', async () => {
    for (const form of [validForm, validForm.replace('secret123', 'wrong')]) {
      const response = await postToken(server, `${form}&client_id=refresher`)
      await expectOAuthError(response, 400, 'unauthorized_client')
    }
  })

  it('for a client without the refresh grant, which gets no refresh token [B6]', async () => {
    const { refresh_token } = await issued(await postToken(server, `${validForm}&client_id=asker`))
    expect(refresh_token).toBeUndefined()
    const response = await postToken(server, `${refreshForm('x')}&client_id=asker`)
    await expectOAuthError(response, 400, 'unauthorized_client')
  })
})

describe('the scopes of a client', () => {
  it('are all scopes of the user by default', () => {
    expect(scopesFor(firstPartyClient, ['a', 'b'])).toEqual(['a', 'b'])
  })

  it('are those of the user that the client may have', () => {
    const client = { ...firstPartyClient, scopes: ['b', 'c'] }
    expect(scopesFor(client, ['a', 'b'])).toEqual(['b'])
    expect(scopesFor({ ...client, scopes: [] }, ['a', 'b'])).toEqual([])
  })
})

describe('a rejected client', () => {
  const basicText = (text: string) => ({ authorization: text })
  /** The line is logged after the response. */
  const linesSince = (before: number) => logLines(server.log().slice(before))
  it.each([
    ['unknown client', basic('nobody:x')],
    ['unknown client', basic(':x')],
    ['disabled client', basic(`closed:${formEncoded(secret)}`)],
    ['secret sent for a public client', basic('public-client:x')],
    ['wrong secret', basic(wrongSecret)],
    ['no colon', basic('demo-service')],
    ['not form-encoded', basic('demo-service:%')],
    ['not HTTP Basic', basicText('Bearer x')],
    ['not HTTP Basic', basicText(`x${demo.authorization}`)],
  ])('gets no reason; the log has it: %s', async (cause, headers) => {
    const before = server.log().length
    await expectInvalidClient(await postToken(server, validForm, headers))
    await expect.poll(() => linesSince(before)).toHaveLength(1)
    expect(linesSince(before)).toMatchObject([{ level: 30, code: 'invalid_client', cause }])
  })

  it.each([
    ['demo-service', basic(wrongSecret)],
    ['closed', basic(`closed:${formEncoded(secret)}`)],
    ['public-client', basic('public-client:x')],
  ])('gets no reason; the log names the client %s', async (clientId, headers) => {
    const before = server.log().length
    await expectInvalidClient(await postToken(server, validForm, headers))
    await expect.poll(() => linesSince(before)).toMatchObject([{ clientId }])
  })

  it('is logged only if it exists: an unknown client id could be a secret', async () => {
    const before = server.log().length
    await expectInvalidClient(await postToken(server, validForm, basic('hunter2-the-secret:x')))
    await expect.poll(() => linesSince(before)).toMatchObject([{ cause: 'unknown client' }])
    expect(server.log()).not.toContain('hunter2')
  })

  it('may send several spaces before its credentials (RFC 9110 §11.4)', async () => {
    const headers = basicText(demo.authorization.replace(' ', '   '))
    expect((await postToken(server, validForm, headers)).status).toBe(200)
  })
})
