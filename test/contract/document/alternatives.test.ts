/** Alternatives that a property tells apart: requests and replies are checked by the one that it names. */
import { describe, expect, it } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { contractServer } from '../contract-server.ts'

const body = (schema: string) =>
  `{ required: true, content: { application/json: { schema: ${schema} } } }`
const paths = (schema: string, schemas: string) => `
  /things:
    post:
      operationId: keepThing
      requestBody: ${body(schema)}
      responses: { '200': { description: Same., content: { application/json: { schema: ${schema} } } } }
components:
  schemas:
${schemas}
`
const ref = (name: string) => `{ $ref: '#/components/schemas/${name}' }`

/** The same value is sent and replied. */
async function sent(contract: string, value: unknown, replied = value) {
  const { ask, refusals } = await contractServer(
    contract,
    { keepThing: (_, respond) => respond[200]?.({ headers: {}, body: replied }) },
    { limits: { bodyBytes: 100_000 } },
  )
  const headers = { 'content-type': 'application/json' }
  const response = await ask('/things', { method: 'POST', body: JSON.stringify(value), headers })
  return { response, refusals }
}

async function faultsOf(contract: string, value: unknown) {
  const { response } = await sent(contract, value)
  return (await expectProblem(response, 400, 'invalid_request')).errors
}

const expression = paths(
  ref('Expr'),
  `
    Expr: { oneOf: [${ref('Not')}, ${ref('Minus')}, { type: object, required: [op], properties: { op: { enum: [zero, one] }, at: { type: string, format: date } } }] }
    Not: { type: object, required: [op, arg], properties: { op: { const: not }, arg: ${ref('Expr')} } }
    Minus: { allOf: [{ type: object, required: [op, arg] }, { properties: { op: { enum: [minus] }, arg: ${ref('Expr')} } }] }
`,
)
const nested = (levels: number, leaf: object): object =>
  levels === 0 ? leaf : { op: levels % 2 ? 'not' : 'minus', arg: nested(levels - 1, leaf) }

describe('Alternatives with literals of their own', () => {
  it('are checked once at each level, in a request and in a reply [K40]', async () => {
    const value = nested(90, { op: 'one', at: '2026-12-01' })
    expect((await sent(expression, value)).response.status).toBe(200)
  })

  it.each([
    [{ op: 'two' }, '/op', 'must be equal to one of the allowed values: not, minus, zero, one'],
    [{}, '/op', 'is required'],
    [{ op: 'not' }, '/arg', 'is required'],
    [{ op: 'one', at: 'today' }, '/at', 'must match format "date"'],
    [1, '', 'must be object'],
  ])(
    '%j has the one fault of the alternative that is meant [K40]',
    async (leaf, pointer, detail) => {
      const value = { op: 'not', arg: { op: 'minus', arg: leaf } }
      expect(await faultsOf(expression, value)).toEqual([
        { in: 'body', pointer: `/arg/arg${pointer}`, detail },
      ])
    },
  )

  it('have no properties of each other in a reply [K40]', async () => {
    const { response, refusals } = await sent(expression, { op: 'one' }, { op: 'one', arg: 1 })
    expect(response.status).toBe(500)
    expect(String(refusals[0]?.cause)).toContain('"unevaluatedProperty":"arg"')
  })
})

const pets = (more: string) =>
  paths(
    ref('Pet'),
    `
    Pet: { oneOf: [${ref('Cat')}, ${ref('Dog')}], discriminator: { propertyName: kind${more} } }
    Cat: { type: object, required: [kind], properties: { kind: { type: string }, name: { type: string } } }
    Dog: { type: object, required: [kind], properties: { kind: { type: string }, name: { type: string }, size: { type: integer } } }
`,
  )

describe('Alternatives with a discriminator', () => {
  it.each([
    ['by the names of their schemas', '', 'Cat', 'Dog'],
    ['by its mapping', `, mapping: { cat: Cat, dog: '#/components/schemas/Dog' }`, 'cat', 'dog'],
  ])('are told apart %s [K40]', async (_, more, cat, dog) => {
    const contract = pets(more)
    const tom = { kind: cat, name: 'Tom' }
    expect((await sent(contract, tom)).response.status).toBe(200)
    expect(await faultsOf(contract, { kind: dog, size: 'large' })).toEqual([
      { in: 'body', pointer: '/size', detail: 'must be integer' },
    ])
    const detail = `must be equal to one of the allowed values: ${cat}, ${dog}`
    expect(await faultsOf(contract, { kind: 'bird' })).toEqual([
      { in: 'body', pointer: '/kind', detail },
    ])
    const { response } = await sent(contract, tom, { ...tom, size: 1 })
    expect(response.status).toBe(500)
  })

  it('are all tried where its property may be absent [K40]', async () => {
    const contract = pets('').replace(
      'Cat: { type: object, required: [kind],',
      'Cat: { type: object, required: [name],',
    )
    const { response } = await sent(contract, { name: 'Tom', kind: 1 })
    await expectProblem(response, 400, 'invalid_request')
    expect((await sent(contract, { name: 'Tom' })).response.status).toBe(200)
  })
})

describe('Other alternatives', () => {
  it.each([
    [
      'literals that overlap',
      '{ const: a }',
      '{ enum: [a, b] }',
      { kind: 'b', two: 1 },
      { kind: 'a' },
    ],
    [
      'a property that is no literal',
      '{ type: string }',
      '{ const: b }',
      { kind: 'a' },
      { kind: 'b' },
    ],
  ])('with %s are all tried [K40]', async (_, one, two, right, wrong) => {
    const contract = paths(
      `{ oneOf: [${ref('One')}, ${ref('Two')}] }`,
      `
    One: { type: object, required: [kind], properties: { kind: ${one} } }
    Two: { type: object, required: [kind], properties: { kind: ${two}, two: {} } }
`,
    )
    expect((await sent(contract, right)).response.status).toBe(200)
    const { response } = await sent(contract, wrong)
    await expectProblem(response, 400, 'invalid_request')
  })
})
