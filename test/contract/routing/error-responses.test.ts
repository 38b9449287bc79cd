/** The format of an error is that of the declared response of its status. */
import { expect, it } from 'vitest'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { contractServer } from '../contract-server.ts'

const problem = (schema = "{ $ref: '#/components/schemas/Problem' }") =>
  `{ description: Problem., content: { application/problem+json: { schema: ${schema} } } }`
const paths = (responses: string) => `
  /notes:
    get:
      operationId: readNote
      parameters: [{ name: n, in: query, schema: { type: integer } }]
      security: [{ Key: [] }, {}]
      responses:
        '204': { description: Nothing. }
${responses}
components:
  schemas:
    Problem: { type: object }
    Failure: { type: object, required: [failure], properties: { failure: { type: string } } }
  securitySchemes:
    Key: { type: apiKey, in: header, name: X-Key }
`
const bare = "        '400': { description: Invalid. }\n        '404': { description: No note. }"
const two = `        '404': ${problem()}
        '422': { description: Failure., content: { application/json: { schema: { $ref: '#/components/schemas/Failure' } } } }`

const failures = {
  ...problemDetails(),
  schema: 'Failure',
  toResponse: ({ status, code }: { status: number; code: string }) => ({
    status,
    headers: {},
    mediaType: 'application/json',
    body: { failure: code },
  }),
}
const errors = [problemDetails((code) => `/problems#${code}`), failures]

const serving = (responses: string, status = '404') =>
  contractServer(
    paths(responses),
    {
      readNote: (_request, _respond, refuse) => {
        throw refuse[status]?.('not_found', 'No note')
      },
    },
    { errors, security: { Key: async () => 'anybody' } },
  )

it.each([
  ['a refusal', '/notes', 404],
  ['a refusal of the layer', '/notes?n=x', 400],
])('%s whose response is declared without content has no body [K25]', async (_, path, status) => {
  const server = await serving(bare)
  const response = await server.ask(path)
  expect([response.status, await response.text()]).toEqual([status, ''])
  expect(response.headers.get('content-type')).toBeNull()
})

it('an operation may have errors of two schemas [K25]', async () => {
  const [first, second] = [await serving(two), await serving(two, '422')]
  await expectProblem(await first.ask('/notes'), 404, 'not_found')
  const response = await second.ask('/notes')
  expect([response.status, await response.json()]).toEqual([422, { failure: 'not_found' }])
})

it.each([
  ['{ type: object }', '404', 'a schema without a name'],
  ["{ $ref: '#/components/schemas/Other' }", '404', 'the schema Other'],
  ['{ type: object }', '5XX', 'a schema without a name'],
  ['{ type: object }', 'default', 'a schema without a name'],
])('an error response of %s for %s prevents the start [K25]', async (schema, key, what) => {
  const text = `        '400': ${problem()}\n        '${key}': ${problem(schema)}`
  const withOther = (responses: string) =>
    paths(responses).replace('  schemas:\n', '  schemas:\n    Other: { type: object }\n')
  const start = contractServer(
    withOther(text),
    { readNote: () => undefined },
    { errors, security: { Key: async () => 'anybody' } },
  )
  await expect(start).rejects.toThrow(
    `the response ${key} of readNote has ${what}, which has no error format`,
  )
})

it('an error whose schema has no name has the format without a name [K25]', async () => {
  const server = await contractServer(
    paths(`        '404': ${problem('{ type: object }').replace('problem+json', 'json')}`),
    {
      readNote: (_request, _respond, refuse) => {
        throw refuse[404]?.('not_found', 'No note')
      },
    },
    {
      errors: [problemDetails(), { ...failures, schema: '' }],
      security: { Key: async () => 'anybody' },
    },
  )
  const response = await server.ask('/notes')
  expect([response.status, await response.json()]).toEqual([404, { failure: 'not_found' }])
})

it('a default that is the only response is one of success: an error is sent as one that is not declared [K25]', async () => {
  const events = `
  /events:
    get:
      operationId: listEvents
      responses: { default: { description: Events., content: { text/plain: {} } } }
`
  const server = await contractServer(events, { listEvents: () => undefined })
  await expectProblem(await server.ask('/events?n=1'), 400, 'invalid_request')
})
