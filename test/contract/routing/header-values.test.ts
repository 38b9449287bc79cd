/** What HTTP cannot carry in a header (RFC 9110 §5.5), in replies and refusals. */
import { describe, expect, it } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /notes:
    get:
      operationId: readNote
      responses:
        '200':
          description: A note.
          headers: { X-First: { schema: { type: string } }, X-Name: { schema: { type: string } } }
          content: { application/json: { schema: { type: string } } }
        '404':
          description: No note.
          headers: { X-Name: { schema: { type: string } } }
          content: { application/problem+json: { schema: { $ref: '#/components/schemas/Problem' } } }
components:
  schemas:
    Problem: { type: object }
`
const values = ['5 €', 'a\r\nSet-Cookie: x=1', 'a\u0000b']

/** The response, and what `onRefusal` got. */
async function replying(readNote: AnyHandler) {
  const server = await contractServer(paths, { readNote })
  return { response: await server.ask('/notes'), refusals: server.refusals }
}

describe.each(values)('The header %j', (value) => {
  it('of a refusal is a 500 in the format of errors, and reported [C8]', async () => {
    const { response, refusals } = await replying((_request, _respond, refuse) => {
      throw refuse[404]?.('not_found', 'No note', { headers: { 'X-Name': value } })
    })
    await expectProblem(response, 500, 'server_error')
    expect(response.headers.get('x-name')).toBeNull()
    expect(refusals.at(-1)).toMatchObject({ status: 500, cause: { code: 'ERR_INVALID_CHAR' } })
  })

  it('of a reply is a 500, which has no header of the reply [C8]', async () => {
    const { response, refusals } = await replying((_request, respond) =>
      respond[200]?.({ headers: { 'X-First': 'secret', 'X-Name': value }, body: 'Note' }),
    )
    await expectProblem(response, 500, 'server_error')
    expect(response.headers.get('x-first')).toBeNull()
    expect(refusals.at(-1)).toMatchObject({ status: 500, cause: { code: 'ERR_INVALID_CHAR' } })
  })

  it('of a stream is a 500, which has no header of the reply [C8]', async () => {
    const { response, refusals } = await replying((_request, respond) =>
      respond.raw?.({
        status: 200,
        headers: { 'X-First': 'secret', 'X-Name': value },
        body: (async function* () {
          yield 'Note'
        })(),
      }),
    )
    await expectProblem(response, 500, 'server_error')
    expect(response.headers.get('x-first')).toBeNull()
    expect(refusals.at(-1)).toMatchObject({ status: 500, cause: { code: 'ERR_INVALID_CHAR' } })
  })
})
