import { describe, expect, it } from 'vitest'
import { testServer } from '../../harness/test-server.ts'

describe('GET /healthz returns 200', () => {
  it('as long as the process lives, with Cache-Control: no-store', async () => {
    const server = await testServer({ empty: true })
    const response = await server.get('/healthz')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ status: 'alive' })
    await server.stop()
  })
})
