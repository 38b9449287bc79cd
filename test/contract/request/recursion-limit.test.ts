/** Bodies of schemas that contain themselves. */
import { describe, expect, it } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { contractServer } from '../contract-server.ts'

const expression = `
  /expressions:
    post:
      operationId: evaluate
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Expr' } } } }
      responses: { '200': { description: Same., content: { application/json: { schema: { $ref: '#/components/schemas/Expr' } } } } }
  /lists:
    post:
      operationId: list
      requestBody: { required: true, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Expr' } } } } }
      responses: { '200': { description: Any., content: { application/json: {} } } }
components:
  schemas:
    Expr: { oneOf: [{ $ref: '#/components/schemas/Not' }, { $ref: '#/components/schemas/Minus' }, { $ref: '#/components/schemas/Leaf' }] }
    Not: { type: object, required: [op, arg], properties: { op: { pattern: ^not$ }, arg: { $ref: '#/components/schemas/Expr' } } }
    Minus: { type: object, required: [op, arg], properties: { op: { pattern: ^minus$ }, arg: { $ref: '#/components/schemas/Expr' } } }
    Leaf: { type: object, required: [op], properties: { op: { pattern: ^leaf$ } } }
`
const nested = (levels: number, leaf = 'leaf'): object =>
  levels === 0 ? { op: leaf } : { op: 'not', arg: nested(levels - 1, leaf) }

async function post(path: string, sent: object, replied: object = {}) {
  const { ask, refusals } = await contractServer(
    expression,
    {
      evaluate: (_, respond) => respond[200]?.({ headers: {}, body: replied }),
      list: (_, respond) => respond[200]?.({ headers: {}, body: 1 }),
    },
    { limits: { bodyBytes: 100_000 } },
  )
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(sent)
  return { response: await ask(path, { method: 'POST', body, headers }), refusals }
}

describe('A schema that contains itself', () => {
  it.each(['leaf', 'unknown'])(
    'bounds the work: a request that takes more is a 400, with %s at its end [K6]',
    async (leaf) => {
      const { response } = await post('/expressions', nested(16, leaf))
      const { errors } = await expectProblem(response, 400, 'invalid_request')
      expect(errors).toEqual([{ in: 'body', pointer: '', detail: 'is too complex' }])
    },
  )

  it('bounds the work of checking a reply [K6]', async () => {
    const { response, refusals } = await post('/expressions', nested(1), nested(16))
    expect(response.status).toBe(500)
    expect(String(refusals[0]?.cause)).toContain('body is too complex')
  })

  it('allows what is deep, or has as many values as a request may have [K6]', async () => {
    const { response } = await post('/expressions', nested(8), nested(8))
    expect(response.status).toBe(200)
    const items = Array.from({ length: 199 }, () => nested(1))
    expect((await post('/lists', items)).response.status).toBe(200)
  })
})
