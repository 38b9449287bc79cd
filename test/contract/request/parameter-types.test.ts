import { expect, it } from 'vitest'
import type { Document } from '../../../src/contract/document/openapi.ts'
import { apiTypes } from '../../../src/contract/generate/api-types.ts'

it('a parameter of JSON has the type of its schema, which a handler gets [K5]', async () => {
  const schema = { type: 'object', properties: { name: { type: 'string' } } }
  const filter = {
    in: 'query',
    name: 'filter',
    content: { 'application/json': { schema } },
  } as const
  const document: Document = {
    openapi: '3.1.0',
    paths: { '/a': { get: { operationId: 'a', parameters: [filter], responses: {} } } },
  }
  const types = (await apiTypes(document)).replace(/\s+/g, ' ')
  expect(types).toContain('query?: { filter?: { name?: string; }; };')
})
