/** Requests that nobody has thought of, made from openapi.yaml alone: right ones, wrong ones, and those of nobody. */
import { METHODS } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../harness/test-server.ts'
import {
  allowFaults,
  deletedData,
  everyAnswer,
  invalidData,
  isSuccess,
  nobody,
  validData,
} from './fuzz/checks.ts'
import { methodsAt, operations, paths } from './fuzz/operations.ts'
import { faulty, holdAgainst, holdsForEvery, runs, timeout } from './fuzz/property.ts'
import { exampleRequest, type FuzzRequest, familiarRequest, validRequest } from './fuzz/requests.ts'
import { strangersRequest } from './fuzz/strangers.ts'
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
  it('accepts what the contract allows', async () => {
    let successes = 0
    // What is throttled is slow.
    const numRuns = 429 in operation.responses ? Math.ceil(runs / 2) : runs
    const examples = [exampleRequest(operation)]
    await holdsForEvery(
      validRequest(operation),
      async (request) => {
        const visitor = visitors.newVisitor()
        const sent = await visitor.send(request)
        holdAgainst({ ...everyAnswer, ...validData }, sent)
        if (!isSuccess(sent.answer.status)) return
        successes++
        if (operation.method === 'DELETE') holdAgainst(deletedData, await visitor.send(request))
      },
      { numRuns, examples },
    )
    expect(successes).toBeGreaterThan(0)
  })

  it('refuses what it does not allow', async () => {
    const visitor = visitors.untilSuccess()
    const numRuns = Math.ceil(runs / 10)
    for (const [kind, requests] of Object.entries(wrongRequests(operation))) {
      await holdsForEvery(
        requests,
        async (request) => {
          const sent = await visitor.send(request)
          holdAgainst({ ...everyAnswer, ...invalidData }, sent)
        },
        { kind, numRuns },
      )
    }
  })
})

const secured = operations.filter(({ security }) => security.includes('OAuth2'))

describe.concurrent.each(secured)('$method $path', { timeout }, (operation) => {
  it('challenges whoever has no token that is good', async () => {
    const visitor = visitors.untilSuccess()
    const holds = async (request: FuzzRequest) =>
      holdAgainst({ ...everyAnswer, ...nobody }, await visitor.send(request))
    await holdsForEvery(strangersRequest(operation), holds, { numRuns: Math.ceil(runs / 2) })
  })
})

describe.concurrent.each(paths.map((path) => ({ path })))('$path', { timeout }, ({ path }) => {
  it('says which methods it has, and answers 405 to all others', async () => {
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
    await holdsForEvery(request, async (each) => {
      const sent = await visitor.send(each)
      const expected = each.operation.method === 'OPTIONS' ? 204 : 405
      const faults = allowFaults(sent.answer, methods)
      if (sent.answer.status !== expected) faults.push(`not answered ${expected}`)
      if (faults.length > 0) throw new Error(faulty(faults, sent))
    })
  })
})

describe.concurrent.each(creations)('what $operationId has made', { timeout }, (creation) => {
  it('is there until it is deleted, and changes only by what names its tag', async () => {
    const walked = { there: new Set<string>(), gone: new Set<string>() }
    const numRuns = Math.ceil(runs / 2)
    await holdsForEvery(walkFrom(creation), (steps) => walk(visitors.newVisitor(), steps, walked), {
      numRuns,
    })
    const links = linksOf(creation).map(({ operationId }) => operationId)
    expect([...walked.there].toSorted()).toEqual(links.toSorted())
    expect([...walked.gone].toSorted()).toEqual(links.toSorted())
  })
})
