import { expect, it } from 'vitest'
import { contractFolder } from '../contract-folder.ts'
import { contractServer } from '../contract-server.ts'

const paths = `
  /%7Enotes/caf%c3%a9/{id}.txt:
    get:
      operationId: readNote
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: Read., content: { application/json: {} } } }
`

it.each([
  ['/~notes/caf%C3%A9/a-b.txt', 'a-b'],
  ['/%7enotes/c%61f%c3%a9/a%2Db%2Etxt', 'a-b'],
  ['/~notes/caf%C3%A9/%2F%2e.txt', '/.'],
])('a path has one route and one value, however it is encoded: %s [K45]', async (path, id) => {
  const { ask } = await contractServer(paths, {
    readNote: (request, respond) => respond[200]?.({ headers: {}, body: request.path }),
  })
  const response = await ask(path)
  expect([response.status, await response.json()]).toEqual([200, { id }])
})

it('an encoded slash is no slash [K45]', async () => {
  const { ask } = await contractServer(paths, { readNote: () => undefined })
  expect((await ask('/~notes%2Fcaf%C3%A9/1.txt')).status).toBe(404)
})

it('one path in two encodings is declared twice [K45]', () => {
  const get = (id: string) =>
    `{ get: { operationId: ${id}, responses: { '204': { description: Done. } } } }`
  const text = `openapi: 3.1.0\npaths:\n  /~notes: ${get('a')}\n  /%7enotes: ${get('b')}\n`
  expect(contractFolder({ 'openapi.yaml': text }).faults()).toEqual([
    'openapi.yaml:4:16: get /%7enotes is the same path as /~notes',
  ])
})
