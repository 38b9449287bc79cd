/** Which operations of the contract answer a success without a body. The compiler holds this list against the contract. */
import type { operationTable } from '../../generated/operations.ts'

type Operation = (typeof operationTable)[keyof typeof operationTable]
type NameOf<Each> = Each extends { method: infer M extends string; path: infer P extends string }
  ? `${M} ${P}`
  : never
type Empty =
  | Extract<Operation, { replies: { 200: readonly [] } }>
  | Extract<Operation, { replies: { 204: readonly [] } }>

const withoutBody = {
  'post /revoke': true,
  'delete /users/me': true,
  'put /users/me/password': true,
  'delete /users/me/sessions': true,
  'delete /users/me/sessions/{session_id}': true,
  'delete /users/me/items/{item_id}': true,
  'delete /users/{user_id}': true,
} satisfies Record<NameOf<Empty>, true>

const names = new Set(Object.keys(withoutBody))

export const promisesBody = (method: string, path: string): boolean =>
  !names.has(`${method} ${path}`)
