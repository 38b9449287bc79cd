/** How security requirements are met. The responses to refusals of a check: router/security.test.ts. */
import type { Request } from 'express'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../src/contract/document/document.ts'
import type { Operation } from '../../../src/contract/document/operation-table.ts'
import { Refusal } from '../../../src/contract/errors/refusal.ts'
import { refuser } from '../../../src/contract/errors/refuse.ts'
import { refusePerCall } from '../../../src/contract/errors/unthrown.ts'
import { authorizer } from '../../../src/contract/routing/security.ts'
import { bookContract } from '../books.ts'

type Security = Operation['security']

const [operation] = Object.values(bookContract().operations)
if (!operation) throw new Error('no operation')

const refuse = (status: number, name: string, headers: Readonly<Record<string, string>> = {}) =>
  new Refusal(status, name, `${name} refuses`, { headers })

const refusals: Readonly<Record<string, Refusal>> = {
  x: refuse(401, 'x', { 'WWW-Authenticate': 'X' }),
  y: refuse(401, 'y', { 'www-authenticate': 'Y' }),
  silent: refuse(403, 'silent', { 'Cache-Control': 'no-store' }),
  forbidden: refuse(403, 'forbidden'),
  scope: refuse(403, 'scope', { 'WWW-Authenticate': 'X scope' }),
  malformed: refuse(400, 'malformed'),
  busy: refuse(503, 'busy', { 'Retry-After': '7' }),
}

/** `a` and `b` accept every request, the others reject it. */
function authorized(security: Security, asked: string[] = []) {
  const check = (name: string) => async (_req: Request, scopes: readonly string[]) => {
    asked.push([name, ...scopes].join(' '))
    if (name === 'z') throw new Error('a defect')
    if (name === 'nothing') return undefined
    const refusal = refusals[name]
    if (refusal) throw refusal
    return name
  }
  const names = ['a', 'b', 'z', 'nothing', ...Object.keys(refusals)]
  const checks = Object.fromEntries(names.map((name) => [name, check(name)]))
  const refusing = {
    newRefuse: refusePerCall(refuser('readBook', operation as Operation)),
    refusalFor: (thrown: unknown) => (thrown instanceof Refusal ? thrown : undefined),
  }
  const secured = { ...operation, security } as Operation
  const onDenied = async (all: readonly Refusal[]) => {
    denied = all
  }
  return authorizer(secured, checks, refusing, onDenied)({} as Request)
}

/** The refusals of the last request that was denied. */
let denied: readonly Refusal[] = []

/** The principal, and the calls of the checks. */
async function callerOf(security: Security): Promise<[caller: unknown, asked: string[]]> {
  const asked: string[] = []
  const { principal } = await authorized(security, asked)
  return [principal, asked]
}

describe('the principal', () => {
  it('is undefined if nothing is required', async () => {
    expect(await callerOf([])).toEqual([undefined, []])
  })

  it('is the result of the check, which gets the scopes', async () => {
    expect(await callerOf([{ a: ['books:read', 'books:write'] }])).toEqual([
      'a',
      ['a books:read books:write'],
    ])
  })

  it('comes from the first requirement that is met; the others are not checked', async () => {
    expect(await callerOf([{ x: [] }, { b: [] }, { a: [] }])).toEqual(['b', ['x', 'b']])
  })

  it('is undefined if an empty requirement is the first that is met', async () => {
    expect(await callerOf([{ x: [] }, {}])).toEqual([undefined, ['x']])
    expect(await callerOf([{ a: [] }, {}])).toEqual(['a', ['a']])
  })

  it('is that of credentials, wherever the empty requirement stands [K8]', async () => {
    expect(await callerOf([{}, { a: [] }])).toEqual(['a', ['a']])
    expect(await callerOf([{ x: [] }, {}, { b: [] }])).toEqual(['b', ['x', 'b']])
    expect(await callerOf([{}, { x: [] }])).toEqual([undefined, ['x']])
  })

  it('has a member for each scheme of a requirement; all its schemes must pass', async () => {
    expect(await callerOf([{ b: [], a: [] }])).toEqual([{ b: 'b', a: 'a' }, ['b', 'a']])
    await expect(callerOf([{ b: [], x: [] }])).rejects.toThrow('x refuses')
    await expect(callerOf([{ y: [], b: [] }])).rejects.toThrow('y refuses')
  })

  it('is missing if a check fails with a defect, even if a later requirement would be met', async () => {
    await expect(callerOf([{ z: [] }, {}])).rejects.toThrow('a defect')
  })
})

describe('a check that returns nothing', () => {
  it.each<[string, Security]>([
    ['alone', [{ nothing: [] }]],
    ['beside another scheme', [{ a: [], nothing: [] }]],
    ['before an alternative', [{ nothing: [] }, { a: [] }]],
    ['before a public alternative', [{}, { nothing: [] }]],
  ])('is a defect that names the scheme, %s [K46]', async (_, security) => {
    await expect(callerOf(security)).rejects.toThrow(
      'the check of nothing returned no principal: throw a refusal, or return what is not undefined',
    )
  })
})

/** The refusal of an operation with these schemes as alternatives. */
const refusalOf = (...schemes: readonly string[]) =>
  callerOf(schemes.map((scheme) => ({ [scheme]: [] }))).catch((error: unknown) => error)

describe('the refusal if no requirement is met', () => {
  it('is that of the only requirement, or of all if they are the same', async () => {
    expect(await refusalOf('scope')).toBe(refusals.scope)
    expect(await refusalOf('scope', 'scope')).toBe(refusals.scope)
  })

  it('names the messages and challenges of all', async () => {
    expect(await refusalOf('x', 'y', 'x')).toMatchObject({
      status: 401,
      code: 'x',
      message: 'No alternative is met: x refuses; y refuses',
      headers: { 'WWW-Authenticate': 'X, Y' },
      cause: refusals.x,
    })
  })

  it('has the other headers of the first, and no challenge if there is none', async () => {
    expect(await refusalOf('silent', 'forbidden')).toMatchObject({
      message: 'No alternative is met: silent refuses; forbidden refuses',
      headers: { 'Cache-Control': 'no-store' },
    })
    const { headers } = (await refusalOf('silent', 'forbidden')) as Refusal
    expect(Object.keys(headers)).toEqual(['Cache-Control'])
  })

  it('is a 403 rather than a 401: the credentials are valid', async () => {
    expect(await refusalOf('x', 'scope')).toBe(refusals.scope)
    expect(await refusalOf('scope', 'x')).toBe(refusals.scope)
  })

  it.each(['busy', 'malformed'])('is of a check that cannot decide: %s [J4]', async (name) => {
    expect(await refusalOf('x', 'scope', name)).toBe(refusals[name])
    expect(await refusalOf(name, 'scope', 'x')).toBe(refusals[name])
  })
})

describe('an admission', () => {
  it('can deny a request that only the empty requirement lets in, as if there were none [K79]', async () => {
    denied = []
    const { deny } = await authorized([{ x: [] }, { scope: [] }, {}])
    expect(denied).toEqual([])
    await expect(deny?.()).rejects.toBe(refusals.scope)
    expect(denied).toEqual([refusals.scope])
  })

  it('can deny no other request', async () => {
    for (const security of [[], [{}], [{ a: [] }, {}], [{ x: [] }, { a: [] }, {}]])
      expect(await authorized(security)).not.toHaveProperty('deny')
  })
})

it('a scheme without a check is an error at start', async () => {
  await expect(callerOf([{ a: [] }, { c: [] }])).rejects.toEqual(
    new ContractError('the security scheme c has no check'),
  )
})
