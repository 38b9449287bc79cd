/** Credentials of schemes that are required together, each at a place of its own. */
import express, { type Request } from 'express'
import { type Contract, contractOf } from '../../../src/contract/contract.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import type { AnyRefuse } from '../../../src/contract/errors/refuse.ts'
import { cookiesIn } from '../../../src/contract/request/cookies.ts'
import { serve } from '../../../src/contract/serve.ts'
import { contractTests } from '../../../src/contract/vitest.ts'

const none = { description: 'No.' }
const contract: Contract = contractOf({
  openapi: '3.1.0',
  paths: {
    '/ping': {
      get: {
        operationId: 'ping',
        security: [{ app: [], session: [], token: [], tenant: [] }],
        responses: { 204: none, 401: none },
      },
    },
  },
  components: {
    securitySchemes: {
      app: { type: 'apiKey', in: 'query', name: 'key' },
      session: { type: 'apiKey', in: 'cookie', name: 'key' },
      tenant: { type: 'apiKey', in: 'header', name: 'X-Tenant' },
      token: { type: 'http', scheme: 'bearer' },
    },
  },
} as Parameters<typeof contractOf>[0])

const query = ({ url }: Request) => new URL(url, 'http://localhost').searchParams.get('key')
const cookie = ({ headers }: Request) => cookiesIn(headers.cookie ?? '').key

const checking =
  (read: (req: Request) => unknown, right: string) =>
  async (req: Request, _scopes: readonly string[], refuse: AnyRefuse) => {
    if (read(req) !== right) throw refuse[401]?.('unknown', 'Who is there?')
    return {}
  }

const handlers = {
  ping: (_request: unknown, respond: Readonly<Record<string, (init: object) => unknown>>) =>
    respond[204]?.({ headers: {} }),
}

contractTests(contract, {
  server: express()
    .disable('x-powered-by')
    .use(
      serve(contract, {
        handlers: handlers as never,
        security: {
          app: checking(query, 'of-app'),
          session: checking(cookie, 'of-session'),
          tenant: checking(({ headers }) => headers['x-tenant'], 'of-tenant'),
          token: checking(({ headers }) => headers.authorization, 'Bearer of-token'),
        } as never,
        errors: problemDetails(),
      }),
    ),
  credentials: {
    app: () => ({ key: 'of-app' }),
    session: () => ({ key: 'of-session' }),
    tenant: () => ({ 'X-Tenant': 'of-tenant' }),
    token: () => ({ authorization: 'Bearer of-token' }),
  },
})
