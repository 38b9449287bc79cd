import { expect, it } from 'vitest'
import { schemasOf } from '../../../src/contract/kit/schemas.ts'

it('takes items with properties that every object has, such as valueOf [K9]', () => {
  const { isValid } = schemasOf({ openapi: '3.1.0', paths: {} })
  const list = { type: 'array', uniqueItems: true }
  expect(isValid(list, [{ valueOf: 1 }, { valueOf: 2 }])).toBe(true)
  expect(isValid(list, [{ valueOf: 1 }, { valueOf: 1 }])).toBe(false)
})
