import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { apiTypes } from '../../../src/contract/generate/api-types.ts'

const types = (responses: string, schemas = 'Any: {}') =>
  apiTypes(
    parse(`
openapi: 3.1.0
info: { title: Pets, version: 1.0.0 }
paths:
  /pets: { get: { operationId: listPets, responses: ${responses} } }
components:
  headers:
    Optional: { schema: { type: integer } }
    Required: { required: true, schema: { type: integer } }
  responses:
    Pets: { description: Pets., headers: { X-Total: { $ref: "#/components/headers/Optional" } } }
  schemas: { ${schemas} }
`),
  )

describe('apiTypes', () => {
  it('keeps a header optional that is referred to [K2]', async () => {
    const headers =
      'X-Rate: { $ref: "#/components/headers/Optional" }, X-Page: { $ref: "#/components/headers/Required" }'
    const text = await types(`{ "200": { description: Pets., headers: { ${headers} } } }`)
    expect(text).toContain('"X-Rate"?: number;')
    expect(text).toContain('"X-Page": components["headers"]["Required"];')
  })

  it('keeps a header optional that a response among the components refers to', async () => {
    const text = await types('{ "200": { $ref: "#/components/responses/Pets" } }')
    expect(text).toContain('"X-Total"?: number;')
  })

  it('keeps a property optional that has a default [K2]', async () => {
    const pet = 'Pet: { type: object, properties: { tame: { type: boolean, default: true } } }'
    expect(await types('{ "204": { description: None. } }', pet)).toContain('tame?: boolean;')
  })

  it.each([
    ['anyOf: [{ required: [a] }, { required: [b] }]', /Pet: \{\s+a\?: string;\s+\};/],
    ['oneOf: [{ type: object, required: [a] }]', /Pet: \{\s+a\?: string;\s+\};/],
    ['oneOf: [{ type: object }, { type: "null" }]', /& \(\{\s+a\?: string;\s+\} \| null\)/],
    [
      'anyOf: [{ required: [a] }, { properties: { c: { type: string } } }]',
      /Pet: \{\s+a\?: string;\s+\} & \(\{\s+a\?: string;\s+\} \| \{\s+c\?: string;\s+\}\);/,
    ],
  ])('keeps the properties beside alternatives: %s [K2]', async (alternatives, expected) => {
    const pet = `Pet: { type: object, properties: { a: { type: string } }, ${alternatives} }`
    expect(await types('{ "204": { description: None. } }', pet)).toMatch(expected)
  })

  it('allows any properties where an object declares none', async () => {
    const text = await types('{ "204": { description: None. } }', 'Free: { type: object }')
    expect(text).toContain('Free: Record<string, unknown>;')
  })

  it('leaves literals as they are where a discriminator has no mapping [K2]', async () => {
    const text = await types(
      '{ "204": { description: None. } }',
      `Pet: { oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }], discriminator: { propertyName: kind } },
       Kind: { type: object, required: [kind], properties: { kind: { enum: [cat] } } },
       Cat: { allOf: [{ $ref: "#/components/schemas/Kind" }] },
       Dog: { type: object, required: [kind], properties: { kind: { const: dog } } }`,
    )
    expect(text).toContain('kind: "cat";')
    expect(text).toContain('kind: "dog";')
    expect(text).not.toContain('kind: "Cat"')
  })

  it('takes a mapping to the names of schemas', async () => {
    const text = await types(
      '{ "204": { description: None. } }',
      `Pet: { oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }], discriminator: { propertyName: kind, mapping: { cat: Cat, dog: Dog } } },
       Cat: { type: object, required: [kind], properties: { kind: { type: string } } },
       Dog: { type: object, required: [kind], properties: { kind: { type: string } } }`,
    )
    expect(text).toContain('kind: "cat";')
    expect(text).toContain('kind: "dog";')
  })
})
