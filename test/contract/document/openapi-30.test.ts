import { describe, expect, it } from 'vitest'
import type { Document } from '../../../src/contract/document/openapi.ts'
import { upgraded } from '../../../src/contract/document/openapi-30.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const documentWith = (schema: object, openapi = '3.0.3'): Document => ({
  openapi,
  paths: {},
  components: { schemas: { Book: schema } },
})
const upgradedSchema = (schema: object) => upgraded(documentWith(schema)).components?.schemas?.Book

describe('upgraded', () => {
  it.each<[what: string, before: object, after: object]>([
    ['a nullable type', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['one that is not nullable', { type: 'string', nullable: false }, { type: 'string' }],
    [
      'a nullable enum, also one that has null',
      { type: 'string', nullable: true, enum: ['a', null] },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'a nullable enum without null',
      { type: 'string', nullable: true, enum: ['a'] },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'a nullable schema without a type',
      { nullable: true, allOf: [{ $ref: '#/components/schemas/Author' }] },
      { anyOf: [{ allOf: [{ $ref: '#/components/schemas/Author' }] }, { type: 'null' }] },
    ],
    ['an exclusive limit', { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
    ['a limit of zero', { maximum: 0, exclusiveMaximum: true }, { exclusiveMaximum: 0 }],
    ['an inclusive limit', { maximum: 1, exclusiveMaximum: false }, { maximum: 1 }],
    ['a flag without a limit', { exclusiveMinimum: true }, {}],
    [
      'a schema at any depth',
      { type: 'array', items: { oneOf: [{ type: 'integer', nullable: true }] } },
      { type: 'array', items: { oneOf: [{ type: ['integer', 'null'] }] } },
    ],
    [
      'a property with the name of a keyword',
      {
        properties: { nullable: { type: 'boolean' }, example: { type: 'string', nullable: true } },
      },
      { properties: { nullable: { type: 'boolean' }, example: { type: ['string', 'null'] } } },
    ],
    [
      'properties with the names of fields that have data',
      {
        properties: {
          'x-a': { nullable: true, type: 'string' },
          default: { nullable: true, type: 'string' },
          enum: { nullable: true, allOf: [] },
        },
      },
      {
        properties: {
          'x-a': { type: ['string', 'null'] },
          default: { type: ['string', 'null'] },
          enum: { anyOf: [{ allOf: [] }, { type: 'null' }] },
        },
      },
    ],
    [
      'what is beside a reference, which is ignored, unless it is nullable',
      {
        allOf: [
          { $ref: '#/a', minLength: 1 },
          { $ref: '#/a', nullable: true },
        ],
      },
      { allOf: [{ $ref: '#/a' }, { anyOf: [{ $ref: '#/a' }, { type: 'null' }] }] },
    ],
    [
      'no data',
      { example: { nullable: true }, enum: [{ nullable: true }], 'x-data': { nullable: true } },
      { example: { nullable: true }, enum: [{ nullable: true }], 'x-data': { nullable: true } },
    ],
  ])('changes %s [K23]', (_, before, after) => {
    expect(upgradedSchema(before)).toEqual(after)
  })

  it('changes schemas of the default response, and none in examples [K23]', () => {
    const before = { type: 'string', nullable: true }
    const media = (schema: object) => ({
      schema,
      example: before,
      examples: { a: { value: before } },
    })
    const paths = (schema: object) => ({
      '/books': { get: { responses: { default: { content: { 'text/plain': media(schema) } } } } },
    })
    const document = { openapi: '3.0.3', paths: paths(before) }
    expect(upgraded(document).paths).toEqual(paths({ type: ['string', 'null'] }))
  })

  it('names the new version, and leaves a document of 3.1 as it is', () => {
    expect(upgraded(documentWith({})).openapi).toBe('3.1.0')
    const document = documentWith({ type: 'string', nullable: true }, '3.1.0')
    expect(upgraded(document)).toBe(document)
  })
})

describe('a contract of OpenAPI 3.0', () => {
  const schema =
    '{ type: object, properties: { pages: { type: integer, nullable: true, minimum: 0, exclusiveMinimum: true } } }'
  const paths = `
  /books:
    post:
      requestBody: { content: { application/json: { schema: ${schema} } } }
      responses: { '200': { description: Same., content: { application/json: { schema: ${schema} } } } }
`
  const echo: AnyHandler = ({ body }, respond) => respond[200]?.({ headers: {}, body })

  it.each([
    [null, 200],
    [1, 200],
    [0, 400],
    ['1', 400],
  ])('checks requests and responses: %j', async (pages, status) => {
    const server = await contractServer(paths, { postBooks: echo }, { version: '3.0.3' })
    const headers = { 'Content-Type': 'application/json' }
    const body = JSON.stringify({ pages })
    expect((await server.ask('/books', { method: 'POST', headers, body })).status).toBe(status)
  })

  it('checks a response', async () => {
    const wrong: AnyHandler = (_, respond) => respond[200]?.({ headers: {}, body: { pages: 0 } })
    const server = await contractServer(paths, { postBooks: wrong }, { version: '3.0.3' })
    expect((await server.ask('/books', { method: 'POST' })).status).toBe(500)
  })
})
