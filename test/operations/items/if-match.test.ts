import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
let token: string
let etag: string
beforeAll(async () => {
  server = await testServer()
  token = await server.token()
  etag = (await server.get('/users/me/items/Foo', token)).headers.get('etag') ?? ''
})
afterAll(() => server.stop())

/** An empty change, which keeps the tag. */
const patchIf = (match: string) =>
  rawRequest(`${server.url}/users/me/items/Foo`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'if-match': match,
    },
    body: '{}',
  })

describe('If-Match', () => {
  it.each([
    (tag: string) => tag,
    (tag: string) => `, ${tag}`,
    (tag: string) => `${tag},`,
    (tag: string) => `"x",, ${tag}`,
    (tag: string) => `W/"x" ,\t${tag} , "y"`,
    (tag: string) => `"é", ${tag}`,
    (tag: string) => `"a,b",${tag}`,
    (tag: string) => `W/${tag}`,
    (tag: string) => `"x", W/${tag}`,
    () => '*',
  ])('finds the tag in any position: %s', async (matchOf) => {
    expect((await patchIf(matchOf(etag))).status).toBe(200)
  })

  it.each(['""', '"é"', ', "x" ,,'])('returns 412 for other tags: %s', async (match) => {
    await expectProblem(await patchIf(match), 412, 'precondition_failed')
  })

  it.each(['unquoted', '"unclosed', ',', '**', '*, "x"', '"x" "y"', '"a"b"'])(
    'returns 400 for an invalid header, and says what it must be: %s [J1]',
    async (match) => {
      const { errors } = await expectProblem(await patchIf(match), 400, 'invalid_request')
      const detail = expect.stringContaining('with its double quotes')
      expect(errors).toEqual([{ in: 'header', pointer: '/If-Match', detail }])
    },
  )

  it('is parsed in linear time, however many empty elements it has [J7]', async () => {
    await expectProblem(await patchIf(`"x"${', '.repeat(490)}!`), 400, 'invalid_request')
  })
})
