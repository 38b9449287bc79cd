import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { closedSchemas } from '../../../src/contract/reply/closed-schema.ts'

const pet = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } }
const document = parse(`
openapi: 3.1.0
paths: {}
components:
  schemas:
    Pet: { type: object, required: [name], properties: { name: { type: string } } }
    Cat:
      allOf:
        - $ref: "#/components/schemas/Pet"
        - { type: object, properties: { lives: { type: integer } } }
    Family:
      type: object
      properties:
        parents: { type: array, items: { $ref: "#/components/schemas/Cat" } }
        first/born: { $ref: "#/components/schemas/Cat" }
        child: { $ref: "#/components/schemas/Family" }
    Free: { type: object }
    a/b: { type: object, properties: { a: { type: string } } }
    Any: true
    Name: { type: string, maxLength: 3 }
    Known: { $id: https://example.com/known, properties: { pet: { $ref: "#/components/schemas/Pet" } } }
`)
const conditional = parse('{ if: {}, then: { properties: { name: {}, lives: {} } } }')

/** Whether the closed schema accepts a value. */
function accepts(schema: object, value: unknown): boolean {
  const { components, close } = closedSchemas(document)
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema(components)
  return ajv.validate(close(schema), value)
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const tom = { name: 'Tom', lives: 9 }

describe('A closed schema accepts', () => {
  it.each([
    ['an object of several parts', ref('Cat'), tom],
    [
      'objects of several parts in an object',
      ref('Family'),
      { parents: [tom], child: { 'first/born': tom } },
    ],
    ['an object for which nothing declares properties', ref('Free'), { any: 1 }],
    [
      'any object where that is an alternative',
      { oneOf: [ref('Pet'), { type: 'object' }] },
      { any: 1 },
    ],
    [
      'what the schema allows',
      { ...pet, additionalProperties: { type: 'integer' } },
      { name: 'Tom', any: 1 },
    ],
    [
      'a reference with more properties beside it',
      { ...ref('Pet'), properties: { age: { type: 'integer' } } },
      { name: 'Tom', age: 1 },
    ],
    ['properties of a condition', conditional, tom],
    ['a part of a component', { $ref: '#/components/schemas/Family/properties/first~1born' }, tom],
    ['a component with an escaped name', ref('a~1b'), { a: 'x' }],
    [
      'a list of several kinds',
      { type: 'array', prefixItems: [ref('Cat'), { type: 'string' }] },
      [tom, 'x'],
    ],
    [
      'names and items that a component describes',
      {
        propertyNames: ref('Name'),
        properties: { a: { contains: ref('Cat'), unevaluatedItems: ref('Pet') } },
      },
      { a: [tom] },
    ],
    ['an object of a schema with a name of its own', ref('Known'), { pet: { name: 'Tom' } }],
    [
      'a schema with a keyword of OpenAPI 3.0',
      { ...pet, nullable: true, type: undefined },
      { name: 'Tom' },
    ],
    ['anything where the schema is true', ref('Any'), { any: 1 }],
  ])('%s', (_, schema, value) => {
    expect(accepts(schema, value)).toBe(true)
  })
})

describe('A closed schema rejects an undeclared property', () => {
  const spied = { ...tom, hash: 'x' }
  it.each([
    ['of an object', ref('Pet'), { name: 'Tom', hash: 'x' }],
    ['of an object of several parts', ref('Cat'), spied],
    ['of an object in a list in an object', ref('Family'), { parents: [tom, spied] }],
    ['of a nested object of the same schema', ref('Family'), { child: { child: { hash: 'x' } } }],
    ['of an alternative', { oneOf: [ref('Pet'), ref('Family')] }, { name: 'Tom', hash: 'x' }],
    [
      'of an alternative, beside one that only requires a property',
      { ...pet, anyOf: [{ required: ['name'] }, { type: 'object', required: ['age'] }] },
      { name: 'Tom', hash: 'x' },
    ],
    [
      'of a value in a map',
      { type: 'object', additionalProperties: ref('Pet') },
      { tom: { name: 'Tom', hash: 'x' } },
    ],
    [
      'of a part of a component',
      { $ref: '#/components/schemas/Family/properties/first~1born' },
      spied,
    ],
    ['of a list of several kinds', { type: 'array', prefixItems: [ref('Pet')] }, [spied]],
  ])('%s [K1]', (_, schema, value) => {
    expect(accepts(schema, value)).toBe(false)
  })
})
