import { describe, expect, it } from 'vitest'
import { testServer } from '../../harness/test-server.ts'

describe('GET /readyz answers 200', () => {
  it('while its store answers, and nobody may keep the answer', async () => {
    const server = await testServer({ empty: true })
    const response = await server.get('/readyz')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ status: 'ready' })
    await server.stop()
  })
})
