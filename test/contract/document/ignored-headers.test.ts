/** Headers of a contract that OpenAPI ignores, because other parts of the contract describe them. */
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { documentFaults } from '../../../src/contract/checks/check-document.ts'
import { contractOf } from '../../../src/contract/contract.ts'
import type { Document } from '../../../src/contract/document/openapi.ts'
import { apiTypes } from '../../../src/contract/generate/api-types.ts'
import { contractServer } from '../contract-server.ts'

const text = `
openapi: 3.1.0
info: { title: Notes, version: 1.0.0 }
paths:
  /notes:
    parameters: [{ $ref: '#/components/parameters/Authorization' }]
    get:
      operationId: listNotes
      parameters:
        - { name: Accept, in: header, required: true, schema: { enum: [text/none] } }
        - { name: content-type, in: header, required: true, style: form, schema: { type: integer } }
        - { name: X-Page, in: header, required: true, schema: { type: integer } }
        - { name: accept, in: query, schema: { type: string } }
      responses:
        '204': { description: None., headers: { Content-Type: { required: true, schema: { type: integer } } } }
components:
  parameters:
    Authorization: { name: Authorization, in: header, required: true, schema: { type: string } }
`
const read = (): Document => parse(text)

it('header parameters that other parts of a contract describe are ignored [K28]', async () => {
  expect(documentFaults(read())).toEqual([])
  let seen: unknown
  const server = await contractServer(contractOf(read()), {
    listNotes: ({ header, query }, respond) => {
      seen = { header, query }
      return respond['204']?.({ headers: {} })
    },
  })
  const { status } = await server.ask('/notes?accept=x', { headers: { 'x-page': '1' } })
  expect([status, seen]).toEqual([204, { header: { 'X-Page': 1 }, query: { accept: 'x' } }])
})

it('the types have no such headers, of requests and of replies [K28]', async () => {
  const [, operations = ''] = (await apiTypes(read())).split('interface operations')
  expect(operations).toContain('"X-Page": number;')
  expect(operations).toContain('accept?: string;')
  expect(operations).not.toMatch(/Authorization|Accept|content-type"?:|Content-Type/)
})
