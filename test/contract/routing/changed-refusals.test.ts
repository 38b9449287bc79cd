/** Refusals and replies that are changed or copied after they were made, so that the contract does not declare them. */
import { describe, it } from 'vitest'
import { sendError } from '../../../src/contract/errors/outside-errors.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import type { Refusal } from '../../../src/contract/errors/refusal.ts'
import type { AnyRefuse } from '../../../src/contract/errors/refuse.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /notes:
    get:
      operationId: readNote
      security: [{ Key: [] }]
      responses:
        '200': { description: A note., content: { application/json: { schema: { type: string } } } }
        '404':
          description: No note.
          x-codes: [not_found]
          content: { application/problem+json: { schema: { $ref: '#/components/schemas/Problem' } } }
components:
  schemas:
    Problem: { type: object }
  securitySchemes:
    Key: { type: apiKey, in: header, name: X-Key }
`
const other = { status: 418, code: 'made_up', headers: { 'X-Made-Up': '1' } }

type Check = (refuse: AnyRefuse) => unknown

async function ask(readNote: AnyHandler, check: Check = () => 'anybody') {
  const server = await contractServer(
    paths,
    { readNote },
    { security: { Key: async (_req, _scopes, refuse) => check(refuse as AnyRefuse) } },
  )
  return await server.ask('/notes')
}

const copied = (refusal: object | undefined): unknown =>
  Reflect.construct(refusal?.constructor ?? Error, [418, 'made_up', 'text'])

describe('A refusal', () => {
  it('cannot be changed [K25]', async () => {
    const response = await ask((_request, _respond, refuse) => {
      throw Object.assign(refuse[404]?.('not_found', 'No note') ?? {}, other)
    })
    await expectProblem(response, 500, 'server_error')
  })

  it.each([
    ['headers', 'X-Made-Up', '1'],
    ['faults', 0, { in: 'path', pointer: '', detail: 'x' }],
  ] as const)('has %s that cannot be changed [K25]', async (field, key, value) => {
    const init = { headers: {}, faults: [] }
    const response = await ask((_request, _respond, refuse) => {
      const refusal = refuse[404]?.('not_found', 'No note', init)
      Object.assign(refusal?.[field] ?? {}, { [key]: value })
      throw refusal
    })
    await expectProblem(response, 500, 'server_error')
  })

  it('leads to no constructor of refusals, in a check either [K25]', async () => {
    const noReply: AnyHandler = () => undefined
    const inCheck = await ask(noReply, (refuse) => {
      throw copied(refuse[401]?.('unknown', 'Who?'))
    })
    await expectProblem(inCheck, 500, 'server_error')
  })

  it('of what is no operation is accepted by no operation [K25]', async () => {
    let outside: Refusal | undefined
    const onRefusal = (refusal: Refusal) => {
      outside = refusal
    }
    const response = await ask(
      () => undefined,
      () => {
        const error = { ...other, message: 'text' }
        const closed = { headersSent: true, destroy: () => {} }
        sendError({} as never, closed as never, error, { format: problemDetails(), onRefusal })
        throw outside
      },
    )
    await expectProblem(response, 500, 'server_error')
  })
})

it('a reply whose status was changed to an undeclared one is a 500 [K1]', async () => {
  const response = await ask((_request, respond) => ({
    ...(respond[200]?.({ headers: {}, body: 'Note' }) as object),
    status: 418,
  }))
  await expectProblem(response, 500, 'server_error')
})

it('an error whose format changes its status is a 500 [K25]', async () => {
  const format = problemDetails((code) => `/problems#${code}`)
  const server = await contractServer(
    paths,
    {
      readNote: (_request, _respond, refuse) => {
        throw refuse[404]?.('not_found', 'No note')
      },
    },
    {
      security: { Key: async () => 'anybody' },
      errors: [
        {
          ...format,
          toResponse: (refusal) => {
            const response = format.toResponse(refusal)
            return refusal.message === 'No note' ? { ...response, status: 418 } : response
          },
        },
      ],
    },
  )
  await expectProblem(await server.ask('/notes'), 500, 'server_error')
})
