import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { compareItemsOnce } from '../../../src/contract/request/unique-items.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { contractServer } from '../contract-server.ts'

const paths = `
  /tags:
    post:
      operationId: tag
      parameters: [{ name: q, in: query, explode: false, schema: { $ref: '#/components/schemas/Tags' } }]
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: { type: object, properties: { tags: { $ref: '#/components/schemas/Tags' } } }
            encoding: { tags: { explode: false } }
          application/json:
            schema: { type: array, uniqueItems: true, items: { type: object, properties: { a: {} } } }
      responses: { '200': { description: Tagged., content: { application/json: {} } } }
components:
  schemas:
    Tags: { type: array, uniqueItems: true, items: { $ref: '#/components/schemas/Tag' } }
    Tag: { type: string }
`
const post = async (query: string, type: string, body: string) => {
  const { ask } = await contractServer(
    paths,
    { tag: (_, respond) => respond[200]?.({ headers: {}, body: 1 }) },
    { limits: { bodyBytes: 100_000 } },
  )
  return await ask(`/tags${query}`, { method: 'POST', headers: { 'content-type': type }, body })
}
const form = 'application/x-www-form-urlencoded'
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at).join()

describe('uniqueItems', () => {
  const check = (items: readonly unknown[], ajv = new Ajv2020()) => {
    compareItemsOnce(ajv)
    return ajv.validate({ uniqueItems: true }, items)
  }

  it('reads each item once, not once for every other one [K6]', () => {
    let reads = 0
    const item = (value: number) => ({
      get a() {
        reads++
        return value
      },
    })
    expect(check(Array.from({ length: 100 }, (_, at) => item(at)))).toBe(true)
    expect(reads).toBe(100)
  })

  it.each<[boolean, unknown, unknown]>([
    [false, { a: 1, b: [2] }, { b: [2], a: 1 }],
    [false, 1, 1.0],
    [false, null, null],
    [true, 1, '1'],
    [true, [1, 2], ['1,2']],
    [true, { a: 1 }, { a: '1' }],
    [true, {}, []],
  ])('is %s for %j and %j', (isValid, a, b) => {
    expect(check([a, b])).toBe(isValid)
  })

  it('rejects a request with equal objects', async () => {
    const response = await post('', 'application/json', '[{"a":1},{"a":2},{"a":1}]')
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    expect(errors).toEqual([
      { in: 'body', pointer: '', detail: expect.stringContaining('items ## 0 and 2') },
    ])
  })
})

describe('A list in one text', () => {
  it('has at most 1,000 items [K6]', async () => {
    expect((await post(`?q=${numbers(1000)}`, form, `tags=${numbers(1000)}`)).status).toBe(200)
    const response = await post(`?q=${numbers(1001)}`, form, `tags=${numbers(16_000)}`)
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    const detail = 'has too many items: use at most 1000'
    expect(errors).toEqual([
      { in: 'query', pointer: '/q', detail },
      { in: 'body', pointer: '/tags', detail },
    ])
  })
})
