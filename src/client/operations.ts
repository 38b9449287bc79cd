/** The operations of the contract: how each authenticates, and whether its response has a body. */
import { clientOperations } from '../../generated/client.ts'

const operations = new Map(Object.entries(clientOperations))

/** Checked at run time too: with a path from JavaScript, the token could be sent to a different server. */
export function operationOf(method: string, path: string) {
  const operation = operations.get(`${method} ${path}`)
  if (!operation) throw new TypeError(`The contract has no ${method.toUpperCase()} ${path}`)
  const [authentication, content] = operation
  return { authentication, content }
}
