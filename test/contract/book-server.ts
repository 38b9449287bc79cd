/** Serves the contract of the tests with the real router, and records requests and refusals. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Contract } from '../../src/contract/contract.ts'
import { problemDetails } from '../../src/contract/errors/problem-details.ts'
import type { Refusal } from '../../src/contract/errors/refusal.ts'
import type { Mapping } from '../../src/contract/errors/refusal-mapping.ts'
import type { OnDenied, SecurityCheck } from '../../src/contract/routing/security.ts'
import { serve } from '../../src/contract/serve.ts'
import { oauthErrors } from '../../src/oauth/oauth-error-format.ts'
import { chain } from '../../src/serving/chain.ts'
import { ignoreServer } from '../harness/seen-responses.ts'
import { bookContract } from './books.ts'
import type { Edit } from './edited.ts'

/** The parts of a handler's request that the tests check. */
export interface BookRequest {
  readonly path: unknown
  readonly query: unknown
  readonly header: unknown
  readonly body: unknown
  readonly principal: unknown
}

type WholeRequest = BookRequest & { readonly http: IncomingMessage }

interface ResponseInit {
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  readonly mediaType?: string
  readonly body?: unknown
}

type Respond = Readonly<Record<string, (init: ResponseInit) => unknown>>
/** Without the types of the contract. */
export type BookRefuse = Readonly<
  Record<string, (code: string, message: string, init?: object) => Refusal>
>
export type BookHandler = (request: WholeRequest, respond: Respond, refuse: BookRefuse) => unknown

export interface Behavior {
  /** Replace the default handlers, which conform to the contract. */
  readonly handlers?: Readonly<Record<string, BookHandler>>
  /** Replaces the default check, which accepts any name in `Authorization`. */
  readonly check?: SecurityCheck<unknown, BookRefuse>
  /** Checks the scheme Key, if the contract is edited to have it; by default, the key is `emma`. */
  readonly checkKey?: SecurityCheck<unknown, BookRefuse>
  readonly onRefusal?: () => void
  readonly onDenied?: OnDenied
}

export interface BookServer {
  readonly url: string
  /** The requests of the handlers. */
  readonly requests: readonly BookRequest[]
  /** The refusals, with their private causes. */
  readonly refusals: readonly Refusal[]
  /** Changes the behavior, and clears requests and refusals. */
  behave(behavior: Behavior): void
  ask(path: string, init?: RequestInit): Promise<Response>
  stop(): Promise<void>
}

export interface BookServerOptions {
  /** Edits of the contract. */
  readonly edits?: readonly Edit[]
  /** Shares a contract with a different server. */
  readonly contract?: Contract
  readonly checkReplies?: boolean
  /** The lists of errors of an operation, of a scheme, and of all. */
  readonly refusals?: Readonly<Record<string, readonly Mapping<never>[]>>
  readonly securityRefusals?: Readonly<Record<string, readonly Mapping<never>[]>>
  readonly commonRefusals?: readonly Mapping<never>[]
}

export const noStore = { 'Cache-Control': 'no-store' }
export const emma = { book_id: 1, title: 'Emma', authors: [{ name: 'Jane Austen' }] }
export const returnEmma: BookHandler = (_request, respond) =>
  respond[200]?.({ headers: noStore, body: emma })

const defaultHandlers: Readonly<Record<string, BookHandler>> = {
  listBooks: (_request, respond) => respond[200]?.({ headers: { 'X-Total': '1' }, body: [emma] }),
  addBook: (_request, respond) =>
    respond[201]?.({ headers: { ...noStore, Location: '/books/1' }, body: emma }),
  readNewestBook: returnEmma,
  readBook: returnEmma,
  updateBook: returnEmma,
  removeBook: (_request, respond) => respond[204]?.({ headers: {} }),
  exportShelf: (_request, respond) => respond[200]?.({ headers: {}, body: [emma] }),
  lendBook: (_request, respond) => respond[200]?.({ headers: {}, body: { book: 'Emma' } }),
}

export const unknown = [
  'unknown',
  'Who is there?',
  { headers: { 'WWW-Authenticate': 'Bearer' } },
] as const

const named: SecurityCheck<unknown, BookRefuse> = async (
  { headers: { authorization } },
  _scopes,
  refuse,
) => {
  if (!authorization) throw refuse[401]?.(...unknown)
  return { name: authorization }
}

const keyed: SecurityCheck<unknown, BookRefuse> = async ({ headers }, _scopes, refuse) => {
  if (headers['x-key'] !== 'emma') throw refuse[401]?.(...unknown)
  return { name: 'emma' }
}

export async function bookServer({
  edits = [],
  contract = bookContract(...edits),
  checkReplies = true,
  ...lists
}: BookServerOptions = {}): Promise<BookServer> {
  const requests: BookRequest[] = []
  const refusals: Refusal[] = []
  let behavior: Behavior = {}
  const handlers = Object.entries(defaultHandlers).map(([id, defaultHandler]) => {
    const handler: BookHandler = (request, respond, refuse) => {
      const { path, query, header, body, principal } = request
      requests.push({ path, query, header, body, principal })
      return (behavior.handlers?.[id] ?? defaultHandler)(request, respond, refuse)
    }
    return [id, handler] as const
  })
  const table = Object.fromEntries(handlers)
  const check: SecurityCheck<unknown, BookRefuse> = (req, scopes, refuse) =>
    (behavior.check ?? named)(req, scopes, refuse)

  const checkKey: typeof check = (req, scopes, refuse) =>
    (behavior.checkKey ?? keyed)(req, scopes, refuse)
  const hasKey = 'Key' in (contract.document.components?.securitySchemes ?? {})

  const app = express().disable('x-powered-by')
  // As in `src/serving/app.ts`.
  const router = chain(
    serve(contract, {
      handlers: table,
      security: { OAuth2: check, ...(hasKey && { Key: checkKey }) },
      errors: [problemDetails((code) => `/problems#${code}`), oauthErrors],
      limits: { bodyBytes: 2000 },
      checkReplies,
      ...lists,
      onRefusal: (refusal) => {
        refusals.push(refusal)
        behavior.onRefusal?.()
      },
      onDenied: async (denied, req) => await behavior.onDenied?.(denied, req),
    }),
  )
  app.use(router)
  app.use((_req, res) => void res.writeHead(404).end('not of the contract'))
  const server = createServer(app)
  ignoreServer(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    requests,
    refusals,
    behave: (changed) => {
      behavior = changed
      requests.length = 0
      refusals.length = 0
    },
    ask: (path, init) => fetch(`${url}${path}`, init),
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}
