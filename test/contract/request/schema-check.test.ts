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

it('follows the references of a schema', async () => {
  const properties = { next: { $ref: '#/components/schemas/Node' }, text: { type: 'string' } }
  const schemas = {
    Node: { type: 'object', properties },
    List: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
  }
  const checkOf = await schemaChecks({ openapi: '3.1.0', paths: {}, components: { schemas } })
  const check = checkOf('List')
  expect(check([{ next: { text: 'x' } }])).toBe(true)
  expect(check([{ next: { text: 1 } }])).toBe(false)
})
