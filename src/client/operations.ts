/** The operations of the contract: how each authenticates, and whether its response has a body. */
import { clientOperations } from '../../generated/client.ts'

type OperationName = keyof typeof clientOperations

const operations = new Map(Object.entries(clientOperations))
/** They end the session of the request, and respond with the tokens of a new one. */
const replacingSession: ReadonlySet<string> = new Set<OperationName>(['put /users/me/password'])

/** Checked at run time too: with a path from JavaScript, the token could be sent to a different server. */
export function operationOf(method: string, path: string) {
  const name = `${method} ${path}`
  const operation = operations.get(name)
  if (!operation) throw new TypeError(`The contract has no ${method.toUpperCase()} ${path}`)
  const [authentication, content] = operation
  return {
    authentication: replacingSession.has(name) ? 'replacing' : authentication,
    content,
  } as const
}
