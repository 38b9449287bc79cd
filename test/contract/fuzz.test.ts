/** Random requests generated from openapi.yaml: valid, invalid and unauthenticated ones. */
import { METHODS } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../harness/test-server.ts'
import {
  allowFaults,
  deletedData,
  everyResponse,
  invalidData,
  isSuccess,
  unauthenticated,
  validData,
} from './fuzz/checks.ts'
import { methodsAt, operations, paths } from './fuzz/operations.ts'
import { assertChecks, checkProperty, faultReport, runs, timeout } from './fuzz/property.ts'
import { exampleRequest, type FuzzRequest, familiarRequest, validRequest } from './fuzz/requests.ts'
import { unauthenticatedRequest } from './fuzz/unauthenticated.ts'
import { type Visitors, visitorsOf } from './fuzz/visitors.ts'
import { creations, linksOf, walk, walkFrom } from './fuzz/walk.ts'
import { wrongRequests } from './fuzz/wrong-requests.ts'

let server: TestServer
let visitors: Visitors
beforeAll(async () => {
  const settings = {
    REGISTRATION: 'open',
    PASSWORD_MIN_LENGTH: '8',
    LOGIN_MAX_FAILURES: '10000',
    HASH_QUEUE: '1000',
    LOG_LEVEL: 'error',
    SIGNING_ALG: 'EdDSA',
  }
  server = await testServer({ settings })
  visitors = await visitorsOf(server)
})
afterAll(() => server.stop())

describe.concurrent.each(operations)('$method $path', { timeout }, (operation) => {
  it('accepts requests that the contract allows', async () => {
    let successes = 0
    // Throttled operations are slow.
    const numRuns = 429 in operation.responses ? Math.ceil(runs / 2) : runs
    const examples = [exampleRequest(operation)]
    await checkProperty(
      validRequest(operation),
      async (request) => {
        const visitor = visitors.newVisitor()
        const sent = await visitor.send(request)
        assertChecks({ ...everyResponse, ...validData }, sent)
        if (!isSuccess(sent.response.status)) return
        successes++
        if (operation.method === 'DELETE') assertChecks(deletedData, await visitor.send(request))
      },
      { numRuns, examples },
    )
    expect(successes).toBeGreaterThan(0)
  })

  it('rejects requests that it does not allow', async () => {
    const visitor = visitors.untilSuccess()
    const numRuns = Math.ceil(runs / 10)
    for (const [kind, requests] of Object.entries(wrongRequests(operation))) {
      await checkProperty(
        requests,
        async (request) => {
          const sent = await visitor.send(request)
          assertChecks({ ...everyResponse, ...invalidData }, sent)
        },
        { kind, numRuns },
      )
    }
  })
})

const secured = operations.filter(({ security }) => security.includes('OAuth2'))

describe.concurrent.each(secured)('$method $path', { timeout }, (operation) => {
  it('challenges requests without a valid token', async () => {
    const visitor = visitors.untilSuccess()
    const holds = async (request: FuzzRequest) =>
      assertChecks({ ...everyResponse, ...unauthenticated }, await visitor.send(request))
    await checkProperty(unauthenticatedRequest(operation), holds, { numRuns: Math.ceil(runs / 2) })
  })
})

describe.concurrent.each(paths.map((path) => ({ path })))('$path', { timeout }, ({ path }) => {
  it('lists its methods, and returns 405 for all others', async () => {
    const [operation] = operations.filter((each) => each.path === path)
    if (!operation) throw new Error('a path without operations')
    const methods = methodsAt(path)
    const others = METHODS.filter(
      (method) => !['CONNECT', 'HEAD', 'OPTIONS', ...methods].includes(method),
    )
    const method = fc.oneof(fc.constant('OPTIONS'), fc.constantFrom(...others))
    const request = fc
      .tuple(familiarRequest(operation), method)
      .map(([given, method]) => ({ ...given, operation: { ...operation, method } }))
    const visitor = visitors.untilSuccess()
    await checkProperty(request, async (each) => {
      const sent = await visitor.send(each)
      const expected = each.operation.method === 'OPTIONS' ? 204 : 405
      const faults = allowFaults(sent.response, methods)
      if (sent.response.status !== expected) faults.push(`not ${expected}`)
      if (faults.length > 0) throw new Error(faultReport(faults, sent))
    })
  })
})

describe.concurrent.each(creations)(
  'a resource created by $operationId',
  { timeout },
  (creation) => {
    it('exists until it is deleted, and changes only with its current ETag', async () => {
      const walked = { there: new Set<string>(), gone: new Set<string>() }
      const numRuns = Math.ceil(runs / 2)
      await checkProperty(
        walkFrom(creation),
        (steps) => walk(visitors.newVisitor(), steps, walked),
        {
          numRuns,
        },
      )
      const links = linksOf(creation).map(({ operationId }) => operationId)
      expect([...walked.there].toSorted()).toEqual(links.toSorted())
      expect([...walked.gone].toSorted()).toEqual(links.toSorted())
    })
  },
)
