/** Media types as a contract may write them: in any case, with parameters. */
import { expect, it } from 'vitest'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const types = [
  'Application/JSON',
  'application/vnd.api+json; version=1',
  'application/x-www-form-urlencoded; charset=utf-8',
  'Text/Plain; charset=utf-8',
]

const paths = `  /a:
    post:
      operationId: addA
      requestBody:
        content:
${types.map((type) => `          ${type}: { schema: {} }`).join('\n')}
      responses: { "204": { description: Done. } }
`

it.each(types)('the handler gets a media type as the contract has it: %s [K36]', async (type) => {
  const seen: unknown[] = []
  const addA: AnyHandler = ({ mediaType }, respond) => {
    seen.push(mediaType)
    return respond[204]?.({ headers: {} })
  }
  const { ask } = await contractServer(paths, { addA })
  const headers = { 'content-type': type.toLowerCase() }
  const response = await ask('/a', { method: 'POST', headers, body: '{}' })
  expect([response.status, seen]).toEqual([204, [type]])
})
