/** What the kit takes for valid: no parameter and no field that a query or a form cannot carry. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { kitOperations } from '../../../src/contract/kit/kit-operation.ts'
import { type KitRequest, requestMaker } from '../../../src/contract/kit/requests.ts'
import { schemasOf } from '../../../src/contract/kit/schemas.ts'
import { valueMaker } from '../../../src/contract/kit/values.ts'
import { wireOf } from '../../../src/contract/kit/wire.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const contract = contractOf(
  parse(`
openapi: 3.1.0
info: { title: Search, version: 1.0.0 }
paths:
  /found:
    get:
      operationId: search
      parameters:
        - { name: cursor, in: query, schema: { type: string } }
        - { name: ids, in: query, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: tags, in: query, required: true, schema: { type: array, items: { type: string } } }
        - { name: seen, in: cookie, schema: { type: string } }
      responses: { '204': { description: Done. } }
    post:
      operationId: add
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: { type: object, required: [name, tags], properties: { name: { type: string }, tags: { type: array, items: { type: string } } } }
      responses: { '204': { description: Done. } }
`),
)

const limits = { limits: { bodyBytes: 100_000 } }
const done: AnyHandler = (_request, respond) => respond[204]?.({ headers: {} })

describe('no valid request of the kit', () => {
  it.each(kitOperations(contract))('of $id has an empty value [K30]', async (operation) => {
    const server = await contractServer(contract, { search: done, add: done }, limits)
    const schemas = schemasOf(contract.document)
    const requests = requestMaker(schemas, valueMaker(schemas), 1)
    const made = fc.sample(requests.request(operation), { numRuns: 200, seed: 1 })
    const valid = [...requests.examples(operation), ...made].filter((each) =>
      requests.isValid(operation, each),
    )
    expect(valid.length).toBeGreaterThan(10)
    for (const each of valid) expect(await statusOf(server.url, each)).toBe('204 ')
  })
})

async function statusOf(url: string, request: KitRequest): Promise<string> {
  const { target, method, headers, body } = wireOf(request, request.values)
  const init = { method, headers, ...(body !== undefined && { body: Buffer.from(body) }) }
  const response = await fetch(`${url}${target}`, init)
  return `${response.status} ${await response.text()}`
}
