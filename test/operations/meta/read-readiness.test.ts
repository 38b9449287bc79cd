import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, isPostgres } from '../../harness/database.ts'
import { expectOAuthError, expectProblem } from '../../harness/error-answers.ts'
import { testServer } from '../../harness/test-server.ts'

/** A table into which nothing goes any more. */
const shut = isPostgres
  ? 'create rule shut as on insert to signing_keys do instead nothing'
  : 'create trigger shut before insert on signing_keys begin select raise(ignore); end'

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

describe('GET /readyz answers 503', () => {
  it('J4 where there is no key to sign with, and none can be made; so does POST /token', async () => {
    const server = await testServer()
    onTestFinished(() => server.stop())
    const { database } = server.services.config
    await ask(database, shut)
    await ask(database, 'delete from signing_keys')
    await expectProblem(await server.get('/readyz'), 503, 'temporarily_unavailable')
    await expectOAuthError(await server.login(), 503, 'temporarily_unavailable')
  })
})
