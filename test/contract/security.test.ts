/** How security requirements are met. What a refusal of a check is answered with: router/security.test.ts. */
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

/** Says who calls: `a` and `b` let in, `x` and `y` refuse. Resolves to that, and to what was asked. */
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

describe('a caller', () => {
  it('is nobody where nothing is required', async () => {
    expect(await callerOf([])).toEqual([undefined, []])
  })

  it('is who the scheme says, which is told the scopes', async () => {
    expect(await callerOf([{ a: ['books:read', 'books:write'] }])).toEqual([
      'a',
      ['a books:read books:write'],
    ])
  })

  it('is let in by one of several requirements, and the others are not asked', async () => {
    expect(await callerOf([{ x: [] }, { b: [] }, { a: [] }])).toEqual(['b', ['x', 'b']])
  })

  it('is nobody where one requirement is empty, and none before it is met', async () => {
    expect(await callerOf([{ x: [] }, {}])).toEqual([undefined, ['x']])
    expect(await callerOf([{ a: [] }, {}])).toEqual(['a', ['a']])
  })

  it('has to pass all schemes of a requirement, and is who the first one says', async () => {
    expect(await callerOf([{ b: [], a: [] }])).toEqual(['b', ['b', 'a']])
    await expect(callerOf([{ b: [], x: [] }])).rejects.toThrow('x refuses')
    await expect(callerOf([{ y: [], b: [] }])).rejects.toThrow('y refuses')
  })

  it('who meets no requirement is refused as the first one says', async () => {
    await expect(callerOf([{ x: [] }, { y: [] }])).rejects.toThrow('x refuses')
  })

  it('is nobody where a check fails, whatever else would let them in', async () => {
    await expect(callerOf([{ z: [] }, {}])).rejects.toThrow('a defect')
  })
})

it('a scheme without a check lets nobody in: there is no such server', async () => {
  await expect(callerOf([{ a: [] }, { c: [] }])).rejects.toEqual(
    new ContractError('the security scheme c has no check'),
  )
})
