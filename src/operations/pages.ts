/** Reads lists page by page. A cursor is the signed start of the next page, which a client cannot forge. */
import type { Can } from '#contract'
import { mac } from '../keys/secrets.ts'

export type CanRejectCursor = Can<404, 'unknown_cursor'>

export interface PageQuery {
  readonly limit?: number
  readonly cursor?: string
}

/** The list that a cursor belongs to. */
export interface List {
  readonly key: Uint8Array
  readonly operation: string
  /** What else identifies the list: its owner or its filters. */
  readonly boundTo?: readonly string[]
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly next: string | undefined
}

export const defaultPageSize = 50

/** Reads one row more than the page, to see whether there is a next page. Refuses a cursor of a different list with 404. */
export async function readPage<Row, Value extends string | number = string>(
  list: List,
  { limit = defaultPageSize, cursor }: PageQuery,
  read: (after: readonly Value[] | undefined, limit: number) => Promise<readonly Row[]>,
  positionOf: (row: Row) => readonly Value[],
  refuse: CanRejectCursor,
): Promise<Page<Row>> {
  const after = cursor === undefined ? undefined : positionIn<Value>(list, cursor, refuse)
  const found = await read(after, limit + 1)
  const rows = found.slice(0, limit)
  const last = found.length > limit && rows.at(-1)
  return { rows, next: last ? signedCursor(list, JSON.stringify(positionOf(last))) : undefined }
}

function positionIn<Value>(list: List, cursor: string, refuse: CanRejectCursor): readonly Value[] {
  const [encoded = ''] = cursor.split('.')
  const text = Buffer.from(encoded, 'base64url').toString()
  if (cursor !== signedCursor(list, text))
    throw refuse[404]('unknown_cursor', 'The cursor does not belong to this list')
  return JSON.parse(text)
}

/** 66 bits of a MAC are enough: a forged cursor gives access to nothing that its list does not. */
function signedCursor({ key, operation, boundTo = [] }: List, text: string): string {
  const signature = mac(key, operation, ...boundTo, text).slice(0, 11)
  return `${Buffer.from(text).toString('base64url')}.${signature}`
}
