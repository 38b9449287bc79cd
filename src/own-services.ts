/** What the code of a server that is built on ours gets: a few functions and values, and none of the inner services. */
import type { Can } from '#contract'
import { newId } from './keys/secrets.ts'
import { type Page, type PageQuery, readPage } from './operations/pages.ts'
import type { Services } from './services.ts'
import { type OwnAccess, type OwnSchema, ownAccess } from './store/own-data.ts'
import type { ColumnValue, Rows } from './store/own-pages.ts'
import type { Transaction } from './store/queries.ts'
import type { UnixMs } from './store/schema.ts'
import type { Account, UserRow } from './store/user-row.ts'

/** The log of the server: lines of JSON. Never log a password or a token. */
export type OwnLog = {
  /** `fields` are those of the line. An error is the field `err`: it is logged with its causes. */
  readonly [Level in 'debug' | 'info' | 'warn' | 'error']: (
    fields: Readonly<Record<string, unknown>>,
    message: string,
  ) => void
}

export interface PageOptions<Row> {
  /** What its cursors belong to, besides the order: the operation, and all that selects the rows, such as their owner and filters. */
  readonly list: readonly string[]
  /** Columns of the rows, texts or integers: their values are unique together, and never null. */
  readonly orderBy: readonly (keyof Row & string)[]
  readonly descending?: boolean
  /** Of the request. Without a limit, 50. */
  readonly query: PageQuery
  readonly refuse: Can<404, 'unknown_cursor'>
}

export interface OwnServices<Tables = object> extends OwnAccess<Tables> {
  /** The time. In tests, that of the clock of `testServer`. */
  now(): UnixMs
  /** 128 random bits behind a prefix for the type of object: `newId('n')` is `n_` and 22 characters. */
  newId(prefix: string): string
  /**
   * Reads a page of a query, and the cursor of the next page, if there is one. A cursor is signed: one of a different list or
   * order is refused with 404 `unknown_cursor`. Rows that are added or deleted meanwhile move no other row to another page.
   *
   *     const notes = db.selectFrom('app_notes').selectAll().where('owner_id', '=', userId)
   *     const { rows, next } = await page(notes, {
   *       list: ['listNotes', userId],
   *       orderBy: ['created_at', 'note_id'],
   *       query,
   *       refuse,
   *     })
   */
  page<Row extends object>(rows: Rows<Row>, options: PageOptions<Row>): Promise<Page<Row>>
  /** The account with this id, as it is now. */
  account(userId: string): Promise<Account | undefined>
  /**
   * The account with this username, in any case and width, as at a login. Own queries see `users.username` as it was chosen: compared
   * with it, `READER` does not find `reader`. An operation whose response differs for unknown names reveals which accounts exist.
   *
   *     const member = await accountByUsername(body.username)
   *     if (!member) throw refuse[404]('not_found', 'No such member')
   *     await db.insertInto('app_members').values({ user_id: member.userId }).execute()
   */
  accountByUsername(username: string): Promise<Account | undefined>
  readonly log: OwnLog
  /** The public URL of the server. */
  readonly issuer: string
  /** The path of the issuer, before the path in a `Location`. Empty if it has none. */
  readonly basePath: string
  /** The scopes that the contract declares. */
  readonly scopes: readonly string[]
}

/** Does nothing but queries. If it throws, nothing is deleted. */
export type OnAccountDeleted<Tables> = (
  tx: Transaction<OwnSchema<Tables>>,
  userId: string,
  services: Pick<OwnServices, 'now' | 'newId' | 'log'>,
) => Promise<void>

/** `Tables` are the types of the own tables. */
export function ownServices<Tables>(services: Services): OwnServices<Tables> {
  const { store, cursorKey, now, log, issuer, basePath, scopes } = services
  return {
    ...ownAccess<Tables>(store),
    now,
    newId,
    page: (rows, { list, orderBy, descending = false, query, refuse }) =>
      readPage(
        {
          key: cursorKey,
          operation: 'own',
          boundTo: [JSON.stringify([orderBy, descending]), ...list],
        },
        query,
        async (after: readonly ColumnValue[] | undefined, limit) => {
          // Here, so that a command loads Kysely only with the store.
          const { orderedRows } = await import('./store/own-pages.ts')
          return await orderedRows(store.db, rows, { orderBy, descending, after, limit })
        },
        (row) => orderBy.map((column): ColumnValue => columnValue(row, column)),
        refuse,
      ),
    account: async (userId) => accountOf(await store.users.byId(userId)),
    accountByUsername: async (username) => accountOf(await store.users.byName(username)),
    log,
    issuer,
    basePath,
    scopes,
  }
}

function accountOf(user: UserRow | undefined): Account | undefined {
  if (!user) return undefined
  const { passwordHash: _, ...account } = user
  return account
}

function columnValue<Row>(row: Row, column: keyof Row & string): ColumnValue {
  const value = row[column]
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`a page cannot be ordered by ${column}: it is neither a text nor an integer`)
}
