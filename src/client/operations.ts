/** The operations of the contract: who calls each, and whether it answers with a body. */
import { clientOperations } from '../../generated/client.ts'

const operations = new Map(Object.entries(clientOperations))

/** A caller without a compiler may name any path, and the call would go to another server, with the token. */
export function operationOf(method: string, path: string) {
  const operation = operations.get(`${method} ${path}`)
  if (!operation) throw new TypeError(`There is no ${method.toUpperCase()} ${path}`)
  const [caller, answer] = operation
  return { caller, answer }
}
