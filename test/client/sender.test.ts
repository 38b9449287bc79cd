import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/index.ts'

/** A client that is logged in, and the requests that it makes. */
function watched(baseUrl: string) {
  const sent: string[] = []
  const tessera = createClient({
    baseUrl,
    storage: {
      read: () => ({ login: 'one', accessToken: 'x.y.z', renewAt: Number.POSITIVE_INFINITY }),
      write: () => {},
    },
    fetch: async ({ method, url, headers }) => {
      sent.push(`${method} ${url} ${headers.get('Authorization')}`)
      return new Response(null, { status: 204 })
    },
  })
  return { tessera, sent }
}

describe('a call', () => {
  it.each(['https://id.example/api', 'https://id.example/api/'])('goes below %s', async (base) => {
    const { tessera, sent } = watched(base)
    await tessera.GET('/users', { params: { query: { limit: 2, cursor: 'a_b' } } })
    expect(sent).toEqual(['GET https://id.example/api/users?limit=2&cursor=a_b Bearer x.y.z'])
  })

  it('has its parameters in the path, each in a segment of its own', async () => {
    const { tessera, sent } = watched('https://id.example')
    const path = { item_id: '../a/b?c#d é' }
    await tessera.DELETE('/users/me/items/{item_id}', { params: { path } })
    expect(sent).toEqual([
      'DELETE https://id.example/users/me/items/..%2Fa%2Fb%3Fc%23d%20%C3%A9 Bearer x.y.z',
    ])
  })

  it.each(['', '.', '..'])('is not made with "%s" in the path: it would be another', async (id) => {
    const { tessera, sent } = watched('https://id.example')
    const params = { path: { session_id: id } }
    const call = tessera.DELETE('/users/me/sessions/{session_id}', { params })
    await expect(call).rejects.toThrow(`session_id cannot be "${id}"`)
    expect(sent).toEqual([])
  })

  it('shows its token to no operation that needs none', async () => {
    const { tessera, sent } = watched('https://id.example')
    await tessera.GET('/healthz')
    await tessera.POST('/users', { body: { username: 'ada', password: 'a long password' } })
    await tessera.POST('/revoke', { body: { token: 'x' } })
    expect(sent.every((request) => request.endsWith(' null'))).toBe(true)
  })
})
