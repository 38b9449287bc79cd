import { describe, expect, it } from 'vitest'
import { packagesOf } from '../harness/packages-of.ts'

describe('the door of the contract layer', () => {
  it('loads no package until a contract is served', () => {
    expect(packagesOf("await import('#contract')")).toBe('')
  })

  it('loads the validator of requests with the first request that has something to check', () => {
    const served = (path: string) => `
      const { contractOf, problemDetails, serve } = await import('#contract')
      const { default: express } = await import('express')
      const responses = { 204: { description: 'Done.' } }
      const parameters = [{ in: 'query', name: 'q', schema: { type: 'string' } }]
      const contract = contractOf({ openapi: '3.1.0', paths: {
        '/plain': { get: { operationId: 'plain', responses } },
        '/search': { get: { operationId: 'search', parameters, responses } },
      } })
      const done = (_, respond) => respond[204]({ headers: {} })
      const handlers = { plain: done, search: done }
      const server = express().use(serve(contract, { handlers, security: {}, errors: problemDetails() })).listen(0, '127.0.0.1')
      await new Promise((listening) => server.once('listening', listening))
      const { status } = await fetch('http://127.0.0.1:' + server.address().port + '${path}')
      server.close().closeAllConnections()
      if (status !== 204) throw new Error(String(status))`
    expect(packagesOf(served('/plain'))).not.toContain('express-openapi-validator')
    expect(packagesOf(served('/search?q=1'))).toContain('express-openapi-validator')
  })
})
