/** How the kit writes parameters: as the server reads them, in the same style. */
import { expect, it } from 'vitest'
import type { Parameter } from '../../../src/contract/document/openapi.ts'
import { styleOf } from '../../../src/contract/document/parameter-styles.ts'
import { pathWith, queryPairs } from '../../../src/contract/kit/serialize.ts'
import { defaultLimits as limits } from '../../../src/contract/request/limits.ts'
import { pairReader } from '../../../src/contract/request/named-pairs.ts'
import { queryPairs as readQuery } from '../../../src/contract/request/pairs.ts'

const document = { openapi: '3.1.0', paths: {} }
const list = { type: 'array', items: { type: 'string' } }
const object = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } }
const items = ['x,y', '1 2', 'é|']
const fields = { a: 'x,y', b: 'é' }

it.each<[Omit<Parameter, 'in' | 'name'>, unknown]>([
  [{ schema: list }, items],
  [{ schema: list, explode: false }, items],
  [{ schema: list, style: 'spaceDelimited', explode: false }, ['x,y', 'z']],
  [{ schema: list, style: 'pipeDelimited', explode: false }, ['x,y', 'z w']],
  [{ schema: object }, fields],
  [{ schema: object, explode: false }, fields],
  [{ schema: object, style: 'deepObject' }, fields],
  [{ content: { 'application/json': { schema: object } } }, fields],
  [{ content: { 'text/plain': { schema: { type: 'string' } } } }, 'x'],
])('a query parameter of %j is read as it was written: %j [K9]', (how, value) => {
  const style = styleOf(document, { in: 'query', name: 'it', ...how })
  const query = queryPairs(style, value).join('&')
  const { values, faults } = pairReader([style], 'query', { limits }).read(
    readQuery(`/?${query}`, 9),
  )
  expect([{ ...values }, faults]).toEqual([{ it: value }, []])
})

it('a delimiter between the items of a list in a path is not encoded, one in an item is [K9]', () => {
  const parameter: Parameter = { in: 'path', name: 'ids', schema: list }
  const style = styleOf(document, parameter)
  const written = {
    in: 'path',
    name: 'ids',
    required: true,
    schema: list,
    style,
    examples: [],
  } as const
  expect(pathWith('/{ids}', [written], { ids: ['x,y', 'z'] })).toBe('/x%2Cy,z')
})
