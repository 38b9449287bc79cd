import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oneThreadServer, whileHashing } from '../../harness/busy-pool.ts'
import { expectOAuthError } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { basic, postToken, validForm } from '../../harness/token-request.ts'

let server: TestServer
let literal: TestServer
beforeAll(async () => {
  server = await testServer()
  literal = await testServer({ settings: { INVALID_GRANT_STATUS: '400' } })
})
afterAll(() => Promise.all([server.stop(), literal.stop()]))

/** The response without what differs from request to request. */
async function whole(response: Response): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => !/^(date|x-request-id)$/.test(name))
  return { status: response.status, headers, text: await response.text() }
}

describe('POST /token returns 401 invalid_grant', () => {
  const wrong = {
    'a wrong password': { password: 'secret124' },
    'an unknown username': { username: 'nobody' },
    'a wrong password of a disabled user': { username: 'alice', password: 'password457' },
    'a password with a prefix': { password: 'secret123secret123' },
    'a password in a different case': { password: 'Secret123' },
    'a name that ends the query': { username: "' OR 1=1 --" },
    'the name of an object': { username: 'constructor' },
  }

  it.each(Object.entries(wrong))('for %s, with a challenge [S3, S9]', async (_what, form) => {
    const response = await server.login(form)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    const { error_description } = await expectOAuthError(response, 401, 'invalid_grant')
    expect(error_description).toBe('Incorrect username or password')
  })

  it('with the same bytes, whatever was wrong [S3]', async () => {
    const answers = await Promise.all(
      Object.values(wrong).map(async (form) => whole(await server.login(form))),
    )
    const [first, ...others] = answers
    expect(others).toEqual(others.map(() => first))
  })

  it('before the scope is checked [S3]', async () => {
    const response = await server.login({ password: 'wrong', scope: 'root' })
    await expectOAuthError(response, 401, 'invalid_grant')
  })
})

describe('POST /token returns 400 with INVALID_GRANT_STATUS=400', () => {
  it('invalid_grant with the same body and no challenge [S3]', async () => {
    const response = await literal.login({ password: 'wrong' })
    expect(response.headers.get('www-authenticate')).toBeNull()
    const body = await expectOAuthError(response, 400, 'invalid_grant')
    const usual = await server.login({ password: 'wrong' })
    expect(body).toEqual(await usual.json())
  })

  it('but 401 if client authentication fails [S3]', async () => {
    const response = await postToken(literal, validForm, basic('other:secret'))
    await expectOAuthError(response, 401, 'invalid_client')
  })

  it('and the usual response for a disabled user [S9]', async () => {
    const alice = { username: 'alice', password: 'password456' }
    expect(await whole(await literal.login(alice))).toEqual(await whole(await server.login(alice)))
  })
})

describe('POST /token returns 401 invalid_client', () => {
  const refuse = async (form: string, headers: Record<string, string>) => {
    const response = await postToken(server, form, headers)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="tessera"')
    await expectOAuthError(response, 401, 'invalid_client')
  }

  it.each([
    'Basic !!!',
    'Basic',
    'Basic dGVzc2VyYTo= x',
    'Basic dGVzc2VyYQ==',
    'Basic dGVzc2VyYT%ZZ6',
    'Bearer x',
    'Digest username="tessera"',
    'tessera',
  ])('for %s [B10]', async (authorization) => {
    await refuse(validForm, { authorization })
  })

  it('for an access token instead of client credentials [B10]', async () => {
    await refuse(validForm, { authorization: `Bearer ${await server.token()}` })
  })

  it.each(['other:', 'other:secret', 'tessera:secret', ':secret', 'TESSERA:', '%ZZ:', '%FF:'])(
    'for HTTP Basic with %s',
    async (credentials) => {
      await refuse(validForm, basic(credentials))
    },
  )

  it.each(['client_id=other', 'client_id=tessera&client_secret=x', 'client_secret=x'])(
    'for %s in the form',
    async (client) => {
      await refuse(`${validForm}&${client}`, {})
    },
  )

  it('before hashing: the client is checked before the user', async () => {
    const busy = await oneThreadServer()
    await whileHashing(busy, async () => {
      const response = await postToken(busy, validForm, basic('other:secret'))
      await expectOAuthError(response, 401, 'invalid_client')
    })
    await busy.stop()
  })
})
