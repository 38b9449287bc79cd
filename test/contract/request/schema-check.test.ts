import { expect, it } from 'vitest'
import { schemaChecks } from '../../../src/contract/request/schema-check.ts'

it('takes what every object inherits for no property [K1]', async () => {
  const properties = { constructor: { type: 'string' } }
  const schemas = { Any: { type: 'object', properties } }
  const checkOf = await schemaChecks({ openapi: '3.1.0', paths: {}, components: { schemas } })
  const check = checkOf('Any')
  expect(check({})).toBe(true)
  expect(check({ constructor: 1 })).toBe(false)
})
