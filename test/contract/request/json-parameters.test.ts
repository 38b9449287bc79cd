/** The limits of JSON hold for parameters and for fields of forms, too. */
import { expect, it } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const json = 'content: { application/json: { schema: {} } }'
const form = (type: string) =>
  `${type}: { schema: { type: object, properties: { filter: { type: object } } } }`
const paths = `
  /notes:
    get:
      operationId: listNotes
      parameters:
        - { name: filter, in: query, ${json} }
        - { name: X-Filter, in: header, ${json} }
        - { name: filter, in: cookie, ${json} }
        - { name: ids, in: query, explode: false, schema: { type: array, items: { type: string } } }
      responses: { '200': { description: Read., content: { application/json: {} } } }
    post:
      operationId: findNotes
      requestBody: { content: { ${form('application/x-www-form-urlencoded')}, ${form('multipart/form-data')} } }
      responses: { '200': { description: Read., content: { application/json: {} } } }
`
const done: AnyHandler = (_request, respond) => respond[200]?.({ headers: {}, body: 1 })

async function ask(path: string, init?: RequestInit) {
  const handlers = { listNotes: done, findNotes: done }
  const server = await contractServer(paths, handlers, { limits: { jsonValues: 3, jsonDepth: 2 } })
  return await server.ask(path, init)
}

function multipart(text: string): RequestInit {
  const body = new FormData()
  body.set('filter', text)
  return { method: 'POST', body }
}

const places = [
  ['query', '/filter', (text: string) => ask(`/notes?filter=${encodeURIComponent(text)}`)],
  ['header', '/X-Filter', (text: string) => ask('/notes', { headers: { 'X-Filter': text } })],
  [
    'cookie',
    '/filter',
    (text: string) => ask('/notes', { headers: { Cookie: `filter=${encodeURIComponent(text)}` } }),
  ],
  [
    'body',
    '/filter',
    (text: string) =>
      ask('/notes', { method: 'POST', body: new URLSearchParams({ filter: text }) }),
  ],
  ['body', '/filter', (text: string) => ask('/notes', multipart(text))],
] as const

it.each(places)(
  'JSON in a %s has as many values and levels as `limits` say [K6]',
  async (...[part, pointer, send]) => {
    expect((await send('{"a":1,"b":[]}')).status).toBe(200)
    for (const [text, detail] of [
      ['{"a":[1,2,3]}', 'has too many values: use at most 3'],
      ['{"a":{"b":[]}}', 'is nested too deeply: use at most 2 levels'],
      ['{"a":', 'is not JSON'],
    ] as const) {
      const { errors } = await expectProblem(await send(text), 400, 'invalid_request')
      expect(errors).toEqual([{ in: part, pointer, detail }])
    }
  },
)

it('a list in one text has as many items as JSON has values [K6]', async () => {
  expect((await ask('/notes?ids=a,b,c')).status).toBe(200)
  const { errors } = await expectProblem(await ask('/notes?ids=a,b,c,d'), 400, 'invalid_request')
  const detail = 'has too many items: use at most 3'
  expect(errors).toEqual([{ in: 'query', pointer: '/ids', detail }])
})
