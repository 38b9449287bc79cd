/** OPTIONS and 405 belong to a path, not to an operation: `components.responses` declares them once, and every path is compared with it. */
import { METHODS } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractOf, type OutgoingResponse } from '#contract'
import { contract } from '../../generated/contract.ts'
import { resolve } from '../../src/contract/document/document.ts'
import type { Response as DeclaredResponse } from '../../src/contract/document/openapi.ts'
import { isCommonHeader, replyCheck } from '../../src/contract/reply/reply-check.ts'
import { contractOperations, methodsAt } from '../harness/contract-operations.ts'
import { expectOAuthError, expectProblem } from '../harness/error-responses.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ empty: true })
})
afterAll(() => server.stop())

const paths = [...new Set(contractOperations.map(({ path }) => path))].map((path) => {
  const methods = methodsAt(path)
  const readers = methods.includes('GET') ? ['HEAD'] : []
  return {
    path,
    somePath: path.replace(/\{[^}]+\}/g, 'some'),
    allowed: [...methods, ...readers, 'OPTIONS'].toSorted(),
    oauthErrors: contractOperations.some((each) => each.path === path && each.oauthErrors),
  }
})

const send = (method: string, somePath: string) =>
  rawRequest(`${server.url}${somePath}`, { method })

const allowOf = (response: Response) => response.headers.get('allow')?.split(', ').toSorted()

/** The components of a path with Problems, and of one with OAuth errors. An operation must declare 400 and 500, too. */
const declared = {
  problem: { 204: 'Options', 405: 'MethodNotAllowed', 400: 'InvalidRequest', 500: 'ServerError' },
  oauth: {
    ...{ 204: 'Options', 405: 'TokenMethodNotAllowed' },
    ...{ 400: 'TokenRequestRefused', 500: 'TokenServerError' },
  },
} as const

const componentOf = (name: string) => ({ $ref: `#/components/responses/${name}` })

/** As if they were responses of an operation, so that the check of replies reads them. */
function operationWith(operationId: string, names: Readonly<Record<number, string>>) {
  const responses = Object.fromEntries(
    Object.entries(names).map(([status, name]) => [status, componentOf(name)]),
  )
  return { get: { operationId, tags: ['Meta'], security: [], responses } }
}

const { document } = contract
const components = contractOf({
  ...document,
  paths: {
    '/problem': operationWith('problem', declared.problem),
    '/oauth': operationWith('oauth', declared.oauth),
  },
})
const faultsOf = replyCheck(components.document, components.operations)

/** What differs from the component. */
async function faults(response: Response, oauthErrors: boolean): Promise<string[]> {
  const headers = Object.fromEntries(response.headers)
  const text = await response.clone().text()
  const sent: OutgoingResponse = {
    status: response.status,
    headers,
    mediaType: headers['content-type'],
    body: text === '' ? undefined : JSON.parse(text),
  }
  return faultsOf(oauthErrors ? 'oauth' : 'problem', sent, headers)
}

describe.each(paths)('$path', ({ somePath, allowed, oauthErrors }) => {
  it('responds to OPTIONS with 204 and its methods, as declared [D10, D12, J5]', async () => {
    const response = await send('OPTIONS', somePath)
    expect(response.status).toBe(204)
    expect(allowOf(response)).toEqual(allowed)
    const patch = 'application/json, application/merge-patch+json'
    expect(response.headers.get('accept-patch')).toBe(allowed.includes('PATCH') ? patch : null)
    expect(await faults(response, oauthErrors)).toEqual([])
  })

  it('returns 405 for every other method, and names its own, as declared [D10, C6, J1, J5]', async () => {
    const others = METHODS.filter((method) => ![...allowed, 'CONNECT', 'HEAD'].includes(method))
    expect(others).toEqual(expect.arrayContaining(['TRACE', 'QUERY', 'PROPFIND']))
    for (const method of others) {
      const response = await send(method, somePath)
      expect([method, allowOf(response)]).toEqual([method, allowed])
      expect(await faults(response, oauthErrors)).toEqual([])
      if (oauthErrors) await expectOAuthError(response, 405, 'invalid_request')
      else await expectProblem(response, 405, 'method_not_allowed')
    }
  })
})

it('a path sends each header that the components declare [J5]', async () => {
  const seen = new Set<string>()
  for (const { somePath, oauthErrors } of paths)
    for (const [method, status] of [
      ['OPTIONS', 204],
      ['TRACE', 405],
    ] as const) {
      const { headers } = await send(method, somePath)
      const component = declared[oauthErrors ? 'oauth' : 'problem'][status]
      const names = [...headers.keys()].filter((name) => !isCommonHeader(name))
      for (const name of names) seen.add(`${component} ${name}`)
    }
  const names = ['Options', 'MethodNotAllowed', 'TokenMethodNotAllowed'].flatMap((component) => {
    const { headers = {} } = resolve<DeclaredResponse>(document, componentOf(component))
    return Object.keys(headers).map((header) => `${component} ${header.toLowerCase()}`)
  })
  expect([...seen].toSorted()).toEqual(names.toSorted())
})
