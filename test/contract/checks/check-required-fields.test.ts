import { expect, it } from 'vitest'
import { contractFolder } from '../contract-folder.ts'

const faultsOf = (schema: string, more = '') =>
  contractFolder({
    'openapi.yaml': `openapi: 3.1.0
paths:
  /notes:
    get:
      operationId: listNotes
      responses: { '200': { $ref: '#/components/responses/Notes' } }
components:
  responses: { Notes: { description: All., content: { application/json: { schema:
    ${schema}
    } } } }
  schemas:
    Base: { type: object, required: [id] }
    Whole: { type: object, additionalProperties: true, required: [id] }
    ${more}
`,
  }).faults()

const says = (place: string, name = 'id') =>
  `openapi.yaml:${place}: required has ${name}, which the schema does not declare, and replies have no undeclared fields: declare it in properties, or allow others by additionalProperties`

it.each([
  ['{ properties: { a: {} }, required: [a, id] }', says('9:44')],
  ['{ properties: { a: { properties: { b: {} }, required: [id] } }, required: [a] }', says('9:60')],
  ["{ allOf: [{ properties: { a: {} } }, { $ref: '#/components/schemas/Base' }] }", says('12:38')],
  ['{ properties: { a: {} }, anyOf: [{ required: [id] }], required: [x] }', says('9:70', 'x')],
])('generate refuses a reply that requires an undeclared field: %s [K21]', (schema, fault) => {
  expect(faultsOf(schema)).toEqual([fault])
})

it.each([
  '{ properties: { a: {}, id: {} }, required: [id] }',
  '{ type: object, required: [id] }',
  '{ items: { properties: { a: {} }, required: [id] } }',
  '{ properties: { a: { properties: { b: {} }, required: [id] } } }',
  '{ properties: { a: {} }, required: [a] } }, text/xml: { schema: { properties: { a: {} }, required: [id] }',
  '{ properties: { a: {} }, required: [id], additionalProperties: {} }',
  '{ properties: { a: {} }, required: [id], patternProperties: { i: {} } }',
  "{ allOf: [{ properties: { id: {} } }, { $ref: '#/components/schemas/Base' }] }",
  "{ allOf: [{ properties: { a: {} } }, { $ref: '#/components/schemas/Whole' }] }",
  '{ required: [id], oneOf: [{ properties: { id: {} } }, { properties: { a: {}, id: {} } }] }',
])('takes %s [K21]', (schema) => {
  expect(faultsOf(schema)).toEqual([])
})

it('takes a reply that contains itself, and a schema that no body has [K21]', () => {
  const self =
    "Node: { properties: { next: { $ref: '#/components/schemas/Node' } }, required: [next] }"
  expect(faultsOf("{ $ref: '#/components/schemas/Node' }", self)).toEqual([])
  expect(
    faultsOf('{ properties: { a: {} } }', 'Change: { properties: { a: {} }, required: [id] }'),
  ).toEqual([])
})

it.each([
  ['application/json', '7:111'],
  ['application/x-www-form-urlencoded', '7:128'],
])('generate refuses a request in %s that requires an undeclared field [K21]', (type, place) => {
  const faults = (schema: string) =>
    contractFolder({
      'openapi.yaml': `openapi: 3.1.0
paths:
  /notes:
    post:
      operationId: addNote
      responses: { '204': { description: Added. } }
      requestBody: { content: { ${type}: { schema: { properties: { a: { type: string } }, ${schema} } } } }
`,
    }).faults()
  expect(faults('required: [a]')).toEqual([])
  expect(faults('required: [texxt], additionalProperties: true')).toEqual([])
  expect(faults('required: [texxt]')).toEqual([
    `openapi.yaml:${place}: required has texxt, which the schema does not declare, and its handler does not know it: declare it in properties, or allow others by additionalProperties`,
  ])
})
