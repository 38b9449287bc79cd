import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOAuthError } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { formType, postToken, validForm } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

async function refuse(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<void> {
  const response = await postToken(server, body, headers)
  await expectOAuthError(response, 400, 'invalid_request')
}

describe('POST /token returns 400 invalid_request for a malformed form', () => {
  it.each([
    'username[a]=x',
    'username[]=x',
    'username%5B%5D=x',
    '__proto__[x]=1',
    '__proto__=1',
    '__proto__%5Bx%5D=1',
    '%5f%5fproto%5f%5f=1',
    'constructor[prototype][x]=1',
    '[]=x',
  ])('for the field %s, and changes no prototype [A8]', async (field) => {
    await refuse(`${validForm}&${field}`)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(Reflect.get({}, 'x')).toBeUndefined()
  })

  it.each(['%ZZ', '%', '%4', '%E0%A4%A', '%FF', '%C0%AF', '%ED%A0%80', '%F8%88%80%80%80'])(
    'for the invalid escape %s [A10]',
    async (written) => {
      await refuse(`username=johndoe&password=${written}`)
      await refuse(`${validForm}&${written}=1`)
    },
  )

  it('for bytes that are not UTF-8 [A10]', async () => {
    await refuse(bytes('username=johndoe&password=\xE9t\xE9'), formType)
    await refuse(bytes('username=johndoe&password=\xC0\x80'), formType)
  })

  it.each(['%00', '%0D', '%0A', '%09', '%1B', '%7F', '%0d%0a'])(
    'for %s in the username or in the password [A11]',
    async (control) => {
      await refuse(`username=johndoe${control}&password=secret123`)
      await refuse(`username=johndoe&password=secret${control}123`)
    },
  )

  it('for an unescaped control character [A11]', async () => {
    await refuse('username=johndoe\0&password=secret123')
    await refuse('username=johndoe&password=secret123\n')
  })
})
