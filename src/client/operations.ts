/** The operations of the contract: who calls each, and whether it answers with a body. The compiler holds this list against the contract. */
import type { operationTable } from '../../generated/operations.ts'

type Contract = (typeof operationTable)[keyof typeof operationTable]

/** The holder of a token, a client that names itself in a form, or anyone. */
type CallerOf<Each> = Each extends { request: readonly ['application/x-www-form-urlencoded'] }
  ? 'client'
  : Each extends { security: readonly [] }
    ? 'anyone'
    : 'holder'

type AnswerOf<Each> = Each extends {
  replies: { 200: readonly [] } | { 204: readonly [] }
}
  ? 'nothing'
  : 'body'

type Known = {
  [Each in Contract as `${Each['method']} ${Each['path']}`]: readonly [
    caller: CallerOf<Each>,
    answer: AnswerOf<Each>,
  ]
}

const known: Known = {
  'post /token': ['client', 'body'],
  'post /revoke': ['client', 'nothing'],
  'post /introspect': ['client', 'body'],
  'get /.well-known/oauth-authorization-server': ['anyone', 'body'],
  'get /.well-known/oauth-protected-resource': ['anyone', 'body'],
  'get /.well-known/jwks.json': ['anyone', 'body'],
  'get /users/me': ['holder', 'body'],
  'patch /users/me': ['holder', 'body'],
  'delete /users/me': ['holder', 'nothing'],
  'put /users/me/password': ['holder', 'nothing'],
  'get /users/me/sessions': ['holder', 'body'],
  'delete /users/me/sessions': ['holder', 'nothing'],
  'delete /users/me/sessions/{session_id}': ['holder', 'nothing'],
  'get /users/me/items': ['holder', 'body'],
  'post /users/me/items': ['holder', 'body'],
  'get /users/me/items/{item_id}': ['holder', 'body'],
  'patch /users/me/items/{item_id}': ['holder', 'body'],
  'delete /users/me/items/{item_id}': ['holder', 'nothing'],
  'get /users': ['holder', 'body'],
  'post /users': ['anyone', 'body'],
  'get /users/{user_id}': ['holder', 'body'],
  'patch /users/{user_id}': ['holder', 'body'],
  'delete /users/{user_id}': ['holder', 'nothing'],
  'get /audit-events': ['holder', 'body'],
  'get /healthz': ['anyone', 'body'],
  'get /readyz': ['anyone', 'body'],
}

const operations = new Map(Object.entries(known))

/** A caller without a compiler may name any path, and the call would go to another server, with the token. */
export function operationOf(method: string, path: string) {
  const operation = operations.get(`${method} ${path}`)
  if (!operation) throw new TypeError(`There is no ${method.toUpperCase()} ${path}`)
  const [caller, answer] = operation
  return { caller, answer }
}
