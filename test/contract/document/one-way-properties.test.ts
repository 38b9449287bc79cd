/** `readOnly` and `writeOnly`: what a server accepts and sends, and what compiles. */
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { apiTypes } from '../../../src/contract/generate/api-types.ts'
import { replyCheck } from '../../../src/contract/reply/reply-check.ts'
import { contractServer } from '../contract-server.ts'

const text = `
openapi: 3.1.0
info: { title: Users, version: 1.0.0 }
paths:
  /users:
    post:
      operationId: addUser
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/User' } } } }
      responses: { '200': { description: The user., content: { application/json: { schema: { $ref: '#/components/schemas/User' } } } } }
    put:
      operationId: putUser
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Parts' } } } }
      responses: { '200': { description: The user., content: { application/json: { schema: { $ref: '#/components/schemas/Parts' } } } } }
components:
  schemas:
    Id: { type: integer, readOnly: true, default: 1 }
    Secret: { type: string, writeOnly: true }
    User:
      type: object
      required: [id, name, password]
      properties:
        id: { $ref: '#/components/schemas/Id' }
        name: { type: string }
        password: { type: string, writeOnly: true }
        nested: { type: object, required: [id, secret], properties: { id: { type: integer, readOnly: true }, secret: { allOf: [{ $ref: '#/components/schemas/Secret' }] } } }
        others: { type: array, items: { $ref: '#/components/schemas/Id' } }
        readOnly: { type: boolean }
        constructor: { type: string }
        toString: { type: string, readOnly: true }
    Parts:
      allOf:
        - { type: object, properties: { id: { $ref: '#/components/schemas/Id' }, secret: { $ref: '#/components/schemas/Secret' } } }
        - { required: [id, secret] }
`
const contract = contractOf(parse(text))
const check = replyCheck(contract.document, contract.operations)
const faultsOf = (operationId: string, body: unknown) =>
  check(operationId, { status: 200, headers: {}, mediaType: 'application/json', body }, {})

const read = { id: 1, name: 'Jane' }
const written = { name: 'Jane', password: 'secret' }

describe('A reply', () => {
  it.each([
    ['addUser', read],
    ['addUser', { ...read, nested: { id: 1 }, others: [2], readOnly: true }],
    ['putUser', { id: 1 }],
  ])('of %s needs no writeOnly property [K27]', (operationId, body) => {
    expect(faultsOf(operationId, body)).toEqual([])
  })

  it.each([
    ['addUser', { ...read, password: 'secret' }, '/password'],
    ['addUser', { ...read, password: null }, '/password'],
    ['addUser', { ...read, nested: { id: 1, secret: 'x' } }, '/nested/secret'],
    ['putUser', { id: 1, secret: 'x' }, '/secret'],
  ])('of %s must not have one: %j [K27]', (operationId, body, place) => {
    const [fault, ...others] = faultsOf(operationId, body)
    expect(fault).toContain(`body${place} must be absent in a response`)
    expect(others).toEqual([])
  })

  it('must have its readOnly properties [K27]', () => {
    expect(faultsOf('addUser', { name: 'Jane' })[0]).toContain("required property 'id'")
    expect(faultsOf('putUser', {})[0]).toContain("required property 'id'")
  })
})

describe('A request', () => {
  const ask = async (method: string, body: unknown) => {
    const server = await contractServer(contract, {
      addUser: (_, respond) => respond['200']?.({ headers: {}, body: read }),
      putUser: (_, respond) => respond['200']?.({ headers: {}, body: { id: 1 } }),
    })
    const headers = { 'content-type': 'application/json' }
    const init = { method, headers, body: JSON.stringify(body) }
    const { status } = await server.ask('/users', init)
    return { status, faults: server.refusals[0]?.faults ?? [] }
  }

  it.each([
    ['POST', written],
    ['POST', { ...written, nested: { secret: 'x' }, others: [2], readOnly: true }],
    ['PUT', { secret: 'x' }],
  ])('with %s needs no readOnly property [K27]', async (method, body) => {
    expect(await ask(method, body)).toEqual({ status: 200, faults: [] })
  })

  it.each([
    ['POST', { ...written, id: 1 }, '/id'],
    ['POST', { ...written, id: null }, '/id'],
    ['POST', { ...written, nested: { id: 1, secret: 'x' } }, '/nested/id'],
    ['PUT', { id: 1, secret: 'x' }, '/id'],
  ])('with %s must not have one: %j [K27]', async (method, body, pointer) => {
    const faults = [{ in: 'body', pointer, detail: 'must be absent in a request' }]
    expect(await ask(method, body)).toEqual({ status: 400, faults })
  })

  it('must have its writeOnly properties [K27]', async () => {
    const faults = [{ in: 'body', pointer: '/password', detail: 'is required' }]
    expect(await ask('POST', { name: 'Jane' })).toEqual({ status: 400, faults })
  })
})

it('the types of both directions are optional [K27]', async () => {
  const types = await apiTypes(parse(text))
  expect(types).toContain('password?: string;')
  expect(types).toMatch(/id\?: components\["schemas"\]\["Id"\];\s+name: string;/)
  expect(types).not.toMatch(/secret:/)
})
