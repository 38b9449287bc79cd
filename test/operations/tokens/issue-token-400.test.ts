import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOAuthError } from '../../harness/error-responses.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { basic, formType, postToken, validForm } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('POST /token returns 400 invalid_request', () => {
  const refuse = async (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<string> => {
    const response = await postToken(server, body, headers)
    const { error_description } = await expectOAuthError(response, 400, 'invalid_request')
    expect(response.headers.get('www-authenticate')).toBeNull()
    return error_description
  }

  it('for JSON [A2]', async () => {
    const body = JSON.stringify({ username: 'johndoe', password: 'secret123' })
    await refuse(body, { 'content-type': 'application/json' })
  })

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'x', ''])(
    'for a form with the Content-Type %j [A2]',
    async (type) => {
      await refuse(validForm, { 'content-type': type })
    },
  )

  it('for a multipart form, as the tutorial takes [A2]', async () => {
    const form = new FormData()
    form.set('username', 'johndoe')
    form.set('password', 'secret123')
    const response = await fetch(`${server.url}/token`, { method: 'POST', body: form })
    await expectOAuthError(response, 400, 'invalid_request')
  })

  it('for a form without Content-Type [A2]', async () => {
    await refuse(new Uint8Array(Buffer.from(validForm)))
  })

  it.each(['iso-8859-1', 'utf-16', 'utf-8-x', '"utf-7"'])(
    'for a form in the charset %s [A3]',
    async (charset) => {
      await refuse(validForm, {
        'content-type': `application/x-www-form-urlencoded; charset=${charset}`,
      })
    },
  )

  it.each([
    ['username', 'password=secret123'],
    ['username', 'grant_type=password&password=secret123'],
    ['username', 'username=&password=secret123'],
    ['username', 'username&password=secret123'],
    ['password', 'username=johndoe'],
    ['password', 'grant_type=password&username=johndoe&password='],
    ['password', 'username=johndoe&Password=secret123'],
  ])('and names the missing %s of %s [A5]', async (field, form) => {
    expect(await refuse(form)).toBe(`${field} is required`)
  })

  it('for no body at all [A5]', async () => {
    expect(await refuse('')).toBe('username is required; password is required')
    const response = await rawRequest(`${server.url}/token`, { method: 'POST' })
    await expectOAuthError(response, 400, 'invalid_request')
  })

  it.each([
    'username=johndoe',
    'username=alice',
    'username=',
    'password=secret123',
    'grant_type=password',
    'scope=me%3Aread&scope=me%3Aread',
    'scope=&scope=',
    'client_id=tessera&client_id=',
    'unknown=1&unknown=2',
    '%75sername=johndoe',
  ])('for a field that is sent twice (%s) [A7]', async (again) => {
    await refuse(`${validForm}&${again}`)
  })

  it('for a password over 1 KiB, in bytes [I2]', async () => {
    await refuse(`username=johndoe&password=${'x'.repeat(1025)}`)
    await refuse(`username=johndoe&password=${encodeURIComponent('🦊'.repeat(257))}`)
  })

  it('for a username over 254 characters', async () => {
    await refuse(`username=${'x'.repeat(255)}&password=secret123`)
  })

  it('for HTTP Basic together with a secret in the form [B3]', async () => {
    await refuse(`${validForm}&client_secret=x`, basic('tessera:'))
    await refuse(`${validForm}&client_id=demo-service&client_secret=x`, basic('demo-service:x'))
  })

  it('for two clients, and for two Authorization headers [B3]', async () => {
    await refuse(`${validForm}&client_id=other`, basic('tessera:'))
    const authorization = ['Basic Og==', 'Basic Og==']
    const response = await rawRequest(`${server.url}/token`, {
      method: 'POST',
      headers: { authorization, ...formType },
      body: validForm,
    })
    await expectOAuthError(response, 400, 'invalid_request')
  })

  it('for a compressed form', async () => {
    await refuse(new Uint8Array(gzipSync(validForm)), { ...formType, 'content-encoding': 'gzip' })
  })
})

describe('POST /token returns 400', () => {
  it.each(['foo', 'Password', 'client_credentials', 'authorization_code', 'urn:ietf:x', ' '])(
    'unsupported_grant_type for grant_type=%s [A4]',
    async (grant) => {
      const form = `${validForm.replace('password', encodeURIComponent(grant))}`
      await expectOAuthError(await postToken(server, form), 400, 'unsupported_grant_type')
    },
  )

  it('unsupported_grant_type before the username is required [A4]', async () => {
    const response = await postToken(server, 'grant_type=foo')
    await expectOAuthError(response, 400, 'unsupported_grant_type')
  })

  it.each(['"', '\\', 'me:read "', 'me:\\read', 'é', 'me:read\u3000items:read'])(
    'invalid_scope for the malformed scope %j [A12]',
    async (scope) => {
      await expectOAuthError(await server.login({ scope }), 400, 'invalid_scope')
    },
  )

  it('invalid_scope for a scope of spaces only [A12, C3]', async () => {
    await expectOAuthError(await server.login({ scope: ' ' }), 400, 'invalid_scope')
  })

  it.each(['root', 'me:read root', 'root me:read', 'me:READ', 'me', 'me:read,items:read'])(
    'invalid_scope for the unknown scope %s, and never narrows it [C3]',
    async (scope) => {
      await expectOAuthError(await server.login({ scope }), 400, 'invalid_scope')
    },
  )

  it('invalid_grant for the right password of a disabled user [S9]', async () => {
    const response = await server.login({ username: 'alice', password: 'password456' })
    expect(response.headers.get('www-authenticate')).toBeNull()
    const { error_description } = await expectOAuthError(response, 400, 'invalid_grant')
    expect(error_description).toBe('Inactive user')
  })
})
