/** Which operations of the contract are called without an access token. The compiler holds this list against the contract. */
import type { operationTable } from '../../generated/operations.ts'

type Operation = (typeof operationTable)[keyof typeof operationTable]
type Form = Extract<Operation, { request: readonly ['application/x-www-form-urlencoded'] }>
type Open = Exclude<Extract<Operation, { security: readonly [] }>, Form>
type NameOf<Each> = Each extends { method: infer M extends string; path: infer P extends string }
  ? `${M} ${P}`
  : never

type WithoutToken = Record<NameOf<Form>, 'client'> & Record<NameOf<Open>, 'anyone'>

const withoutToken = {
  'post /token': 'client',
  'post /revoke': 'client',
  'post /introspect': 'client',
  'get /.well-known/oauth-authorization-server': 'anyone',
  'get /.well-known/oauth-protected-resource': 'anyone',
  'get /.well-known/jwks.json': 'anyone',
  'post /users': 'anyone',
  'get /healthz': 'anyone',
  'get /readyz': 'anyone',
} satisfies WithoutToken

const callers = new Map(Object.entries(withoutToken))

/** Who makes a call: the holder of a token, a client that names itself in a form, or anyone. */
export const callerOf = (method: string, path: string) =>
  callers.get(`${method} ${path}`) ?? 'holder'
