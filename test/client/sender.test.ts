import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/index.ts'

/** A logged-in client, and a record of its requests. */
function recorded(baseUrl: string) {
  const sent: string[] = []
  const tessera = createClient({
    baseUrl,
    storage: {
      read: () => ({ login: 'one', accessToken: 'x.y.z', renewAt: Number.POSITIVE_INFINITY }),
      write: () => {},
    },
    fetch: async ({ method, url, headers }) => {
      sent.push(`${method} ${url} ${headers.get('Authorization')}`)
      return new Response('{}')
    },
  })
  return { tessera, sent }
}

describe('a call', () => {
  it.each(['https://id.example/api', 'https://id.example/api/'])(
    'is sent below %s',
    async (base) => {
      const { tessera, sent } = recorded(base)
      await tessera.GET('/users', { params: { query: { limit: 2, cursor: 'a_b' } } })
      expect(sent).toEqual(['GET https://id.example/api/users?limit=2&cursor=a_b Bearer x.y.z'])
    },
  )

  it('encodes each path parameter into one segment', async () => {
    const { tessera, sent } = recorded('https://id.example')
    const path = { item_id: '../a/b?c#d é' }
    await tessera.DELETE('/users/me/items/{item_id}', { params: { path } })
    expect(sent).toEqual([
      'DELETE https://id.example/users/me/items/..%2Fa%2Fb%3Fc%23d%20%C3%A9 Bearer x.y.z',
    ])
  })

  it.each(['', '.', '..'])(
    'is rejected with "%s" in the path: it would be a different call',
    async (id) => {
      const { tessera, sent } = recorded('https://id.example')
      const params = { path: { session_id: id } }
      const call = tessera.DELETE('/users/me/sessions/{session_id}', { params })
      await expect(call).rejects.toThrow(`session_id cannot be "${id}"`)
      expect(sent).toEqual([])
    },
  )

  it.each([
    ['no parameters', {}],
    ['no path', { params: { query: {} } }],
    ['an empty path', { params: { path: {} } }],
    ['null', { params: { path: { item_id: null } } }],
    ['a parameter of a different name', { params: { path: { id: 'Foo' } } }],
    ['an inherited parameter', { params: { path: { __proto__: { item_id: 'Foo' } } } }],
  ])('is rejected with %s if the path needs one', async (_what, given) => {
    const { tessera, sent } = recorded('https://id.example')
    const call = Reflect.apply(tessera.GET, undefined, ['/users/me/items/{item_id}', given])
    await expect(call).rejects.toThrow(new TypeError('item_id is missing'))
    expect(sent).toEqual([])
  })

  it.each([
    ['https://id.example', '.evil.example/users/me'],
    ['https://id.example', ':444/users/me'],
    ['https://id.example', '@evil.example/users/me'],
    ['https://id.example/api', '/users/me/../../../x'],
    ['https://id.example', '/users/me?x=y'],
    ['https://id.example', '/users/'],
    ['https://id.example', '/users/me/password'],
    ['https://id.example', '__proto__'],
    ['', 'https://evil.example/users/me'],
    ['', '//evil.example/users/me'],
  ])('is rejected below "%s" if the contract has no %s', async (base, path) => {
    const { tessera, sent } = recorded(base)
    const call = Reflect.apply(tessera.GET, undefined, [path])
    await expect(call).rejects.toThrow(new TypeError(`The contract has no GET ${path}`))
    expect(sent).toEqual([])
  })

  it('goes to this server with these credentials, whatever options it is given', async () => {
    const seen: Request[] = []
    const tessera = createClient({
      baseUrl: 'https://id.example',
      clientId: 'app',
      clientSecret: 'x',
      storage: {
        read: () => ({ login: 'one', accessToken: 'x.y.z', renewAt: Number.MAX_SAFE_INTEGER }),
        write: () => {},
      },
      fetch: async (request) => {
        seen.push(request)
        return new Response('{}')
      },
    })
    const given = {
      baseUrl: 'https://elsewhere.example',
      redirect: 'follow',
      credentials: 'include',
      headers: { Authorization: 'Bearer other', 'X-Other': 'other' },
      params: { header: { authorization: 'Bearer other' } },
      body: { token: 'x' },
      fetch: () => Promise.reject(new Error('not this one')),
    }
    await Reflect.apply(tessera.POST, undefined, ['/users/me/items', given])
    await Reflect.apply(tessera.POST, undefined, ['/introspect', given])
    await Reflect.apply(tessera.POST, undefined, ['/users', given])
    const facts = seen.map(({ url, redirect, credentials, headers }) => [
      url,
      redirect,
      credentials,
      headers.get('Authorization'),
      headers.get('X-Other'),
    ])
    expect(facts).toEqual([
      ['https://id.example/users/me/items', 'manual', 'omit', 'Bearer x.y.z', null],
      ['https://id.example/introspect', 'manual', 'omit', `Basic ${btoa('app:x')}`, null],
      ['https://id.example/users', 'manual', 'omit', 'Bearer x.y.z', null],
    ])
  })

  it('sends its token only to operations that need one, or take one if there is a session', async () => {
    const { tessera, sent } = recorded('https://id.example')
    await tessera.GET('/healthz')
    await tessera.POST('/email-confirmations', { body: { request_id: 'x', proof: 'y' } })
    await tessera.POST('/revoke', { body: { token: 'x' } })
    expect(sent.every((request) => request.endsWith(' null'))).toBe(true)
    const body = { username: 'ada', password: 'a long password' }
    await tessera.POST('/users', { body })
    expect(sent.at(-1)).toBe('POST https://id.example/users Bearer x.y.z')
  })
})
