/** How security requirements are met. The responses to refusals of a check: router/security.test.ts. */
import type { Request } from 'express'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../src/contract/document.ts'
import type { Operation } from '../../src/contract/operation-table.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import { authorizer } from '../../src/contract/security.ts'
import { bookContract } from './books.ts'

type Security = Operation['security']

const [operation] = Object.values(bookContract().operations)
if (!operation) throw new Error('no operation')

/** `a` and `b` accept every request, `x` and `y` reject it. Returns the principal and the calls of the checks. */
async function callerOf(security: Security): Promise<[caller: unknown, asked: string[]]> {
  const asked: string[] = []
  const check = (name: string) => async (_req: Request, scopes: readonly string[]) => {
    asked.push([name, ...scopes].join(' '))
    if (name === 'z') throw new Error('a defect')
    if (name > 'w') throw new Refusal(401, name, `${name} refuses`)
    return name
  }
  const names = ['a', 'b', 'x', 'y', 'z']
  const checks = Object.fromEntries(names.map((name) => [name, check(name)]))
  const caller = await authorizer({ ...operation, security } as Operation, checks)({} as Request)
  return [caller, asked]
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

  it('has a member for each scheme of a requirement; all its schemes must pass', async () => {
    expect(await callerOf([{ b: [], a: [] }])).toEqual([{ b: 'b', a: 'a' }, ['b', 'a']])
    await expect(callerOf([{ b: [], x: [] }])).rejects.toThrow('x refuses')
    await expect(callerOf([{ y: [], b: [] }])).rejects.toThrow('y refuses')
  })

  it('is missing if no requirement is met: the refusal of the first is thrown', async () => {
    await expect(callerOf([{ x: [] }, { y: [] }])).rejects.toThrow('x refuses')
  })

  it('is missing if a check fails with a defect, even if a later requirement would be met', async () => {
    await expect(callerOf([{ z: [] }, {}])).rejects.toThrow('a defect')
  })
})

it('a scheme without a check is an error at start', async () => {
  await expect(callerOf([{ a: [] }, { c: [] }])).rejects.toEqual(
    new ContractError('the security scheme c has no check'),
  )
})
