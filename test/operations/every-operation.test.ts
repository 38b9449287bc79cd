/** Rules for every operation, generated from openapi.yaml. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { challenge } from '../harness/challenge.ts'
import {
  type ContractOperation,
  contractOperations,
  declaredScopes,
  securedOperations,
} from '../harness/contract-operations.ts'
import { expectOAuthError, expectProblem } from '../harness/error-responses.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { visitor } from '../harness/visitor.ts'

let server: TestServer
let token: string
beforeAll(async () => {
  // Closed, registration is a 403 whatever the request is.
  server = await testServer({ settings: { REGISTRATION: 'open' } })
  token = await tokenWith(declaredScopes)
})
afterAll(() => server.stop())

/** The administrator of the demo has every scope. */
function tokenWith(scopes: readonly string[]): Promise<string> {
  const scope = scopes.join(' ')
  return server.token({ username: 'admin', password: 'administrator123', scope })
}

/** A valid request for the operation, with the token if given. */
function call({ method, somePath, form }: ContractOperation, bearer?: string, query = '') {
  return fetch(`${server.url}${somePath}${query}`, {
    method,
    ...(form && { body: form }),
    ...(bearer && { headers: { authorization: `Bearer ${bearer}` } }),
  })
}

it('no GET or DELETE of the contract has a body [I4]', () => {
  const withBody = contractOperations.filter(({ form, json }) => form ?? json)
  const methods = new Set(withBody.map(({ method }) => method))
  expect([...methods].toSorted()).toEqual(['PATCH', 'POST', 'PUT'])
})

describe.each(securedOperations)('$method $path', (operation) => {
  it('challenges a request without a token [J6, D1]', async () => {
    const response = await call(operation)
    expect(response.headers.get('www-authenticate')).toBe(challenge(server))
    const { detail } = await expectProblem(response, 401, 'not_authenticated')
    expect(detail).toBe('Not authenticated')
  })

  it('rejects an invalid token [J6, D4]', async () => {
    const response = await call(operation, 'garbage')
    expect(response.headers.get('www-authenticate')).toBe(
      challenge(server, 'error="invalid_token"'),
    )
    await expectProblem(response, 401, 'invalid_token')
  })

  it('rejects two Authorization headers, with a challenge [D3]', async () => {
    const { method, somePath } = operation
    const headers = { authorization: [`Bearer ${token}`, `Bearer ${token}`] }
    const response = await rawRequest(`${server.url}${somePath}`, { method, headers })
    expect(response.headers.get('www-authenticate')).toBe(
      challenge(server, 'error="invalid_request"'),
    )
    await expectProblem(response, 400, 'invalid_request')
  })

  it.each(operation.scopes)(
    'rejects a token without %s, and names the scope [J6, D5]',
    async (scope) => {
      const others = declaredScopes.filter((other) => other !== scope)
      const response = await call(operation, await tokenWith(others))
      expect(response.headers.get('www-authenticate')).toBe(
        challenge(server, 'error="insufficient_scope"', `scope="${operation.scopes.join(' ')}"`),
      )
      const { detail } = await expectProblem(response, 403, 'insufficient_scope')
      expect(detail).toContain(scope)
    },
  )
})

describe.each(contractOperations)('$method $path', (operation) => {
  it('declares X-Request-Id for every response [J5]', () => {
    const without = Object.entries(operation.responses).filter(
      ([, headers]) => !headers.includes('X-Request-Id'),
    )
    expect(without).toEqual([])
  })

  it('rejects unknown query parameters, and points at each [J1]', async () => {
    const response = await call(operation, token, '?nonsense=1&a~b%2Fc=2')
    if (operation.oauthErrors) return expectOAuthError(response, 400, 'invalid_request')
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    const detail = expect.stringMatching(/./)
    return expect(errors).toEqual([
      { in: 'query', pointer: '/nonsense', detail },
      { in: 'query', pointer: '/a~0b~1c', detail },
    ])
  })
})

describe.each(contractOperations.filter(({ method }) => method === 'GET'))('$path', (operation) => {
  it('responds to HEAD as to GET, without the body [D10]', async () => {
    const somebody = await visitor(server)
    const own = await somebody.token()
    const [head, get] = await Promise.all(
      ['HEAD', 'GET'].map((method) => somebody.send({ ...operation, method }, own)),
    )
    if (!head || !get) throw new Error('no answer')
    expect(get.status).toBeLessThan(300)
    expect(head.status).toBe(get.status)
    expect(await head.text()).toBe('')
    for (const name of ['content-type', 'content-length', 'cache-control', 'etag']) {
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)])
    }
  })
})

describe.each(contractOperations.filter(({ method }) => method === 'PATCH'))(
  'PATCH $path',
  (operation) => {
    it('takes both media types of a change, and names them in a 415 [D12]', async () => {
      const somebody = await visitor(server)
      const own = await somebody.token()
      for (const type of ['application/json', 'application/merge-patch+json; charset=utf-8']) {
        const response = await somebody.send(operation, own, { 'content-type': type })
        expect([type, response.status]).toEqual([type, 200])
      }
      const refused = await somebody.send(operation, own, { 'content-type': 'text/plain' })
      expect(refused.headers.get('accept-patch')).toBe(
        'application/json, application/merge-patch+json',
      )
      await expectProblem(refused, 415, 'unsupported_media_type')
    })
  },
)

describe.each(contractOperations.filter(({ json }) => json))('$method $path', (operation) => {
  const send = (type: string, body: string) =>
    fetch(`${server.url}${operation.somePath}`, {
      method: operation.method,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    })

  it('returns 413 for a body over 64 KiB', async () => {
    const body = JSON.stringify({ full_name: 'x'.repeat(65_536) })
    await expectProblem(await send('application/json', body), 413, 'content_too_large')
  })

  it('returns 415 for a body that is not JSON', async () => {
    await expectProblem(await send('text/plain', 'x'), 415, 'unsupported_media_type')
  })

  it('rejects a request without a body, and says so [J1]', async () => {
    const refused = await expectProblem(await send('application/json', ''), 400, 'invalid_request')
    expect(refused.errors).toEqual([{ in: 'body', pointer: '', detail: 'is required' }])
  })

  it('rejects an unknown field, and points at it [J1]', async () => {
    const body = JSON.stringify({ ...operation.json, nonsense: 1 })
    const { errors } = await expectProblem(
      await send('application/json', body),
      400,
      'invalid_request',
    )
    expect(errors).toEqual([
      { in: 'body', pointer: '/nonsense', detail: expect.stringMatching(/./) },
    ])
  })
})
