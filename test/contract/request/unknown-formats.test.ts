import { expect, it, vi } from 'vitest'
import { type AnyHandler, contractServer } from '../contract-server.ts'

it('a format that is not known is not checked, and nothing is written about it [K21]', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  const schema = "{ $ref: '#/components/schemas/Isbn' }"
  const echo: AnyHandler = ({ body }, respond) => respond[200]?.({ headers: {}, body })
  const server = await contractServer(
    `
  /books:
    post:
      requestBody: { content: { application/json: { schema: ${schema} } } }
      responses: { '200': { description: Same., content: { application/json: { schema: ${schema} } } } }
components: { schemas: { Isbn: { type: string, format: isbn, maxLength: 20 } } }
`,
    { postBooks: echo },
  )
  const headers = { 'Content-Type': 'application/json' }
  const response = await server.ask('/books', { method: 'POST', headers, body: '"978"' })
  expect([response.status, await response.json()]).toEqual([200, '978'])
  expect(warn).not.toHaveBeenCalled()
})
