/** Pages of own tables, on both stores. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { productOf } from '../../src/create-server.ts'
import { type OwnServices, ownServices, type PageOptions } from '../../src/own-services.ts'
import { addAccount } from '../harness/accounts.ts'
import { ask, isPostgres } from '../harness/database.ts'
import { type NotesTables, notesServer } from '../harness/notes.ts'
import { refuseOf } from '../harness/refuse-of.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let services: OwnServices<NotesTables>
let ownerId: string
beforeAll(async () => {
  server = await testServer({ product: productOf(notesServer) })
  services = ownServices(server.services)
  ownerId = await addAccount(server, { username: 'nora' })
  const rows = [5, 3, 4, 1, 2, 3].map((created_at, at) => ({
    note_id: `n${at}`,
    owner_id: ownerId,
    text: String(created_at),
    created_at,
  }))
  await services.db.insertInto('app_notes').values(rows).execute()
})
afterAll(() => server.stop())

const refuse = refuseOf('listUsers')

function ownNotes() {
  return services.db
    .selectFrom('app_notes')
    .innerJoin('users', 'users.user_id', 'app_notes.owner_id')
    .select(['app_notes.note_id', 'app_notes.created_at', 'users.username'])
    .where('app_notes.owner_id', '=', ownerId)
}

type Note = { note_id: string; created_at: number; username: string }

const pageOf = (options: Partial<PageOptions<Note>>) =>
  services.page(ownNotes(), {
    list: ['listNotes', ownerId],
    orderBy: ['created_at', 'note_id'],
    query: {},
    refuse,
    ...options,
  })

/** The ids of each page. */
async function pagesOf(options: Partial<PageOptions<Note>>): Promise<string[][]> {
  const pages: string[][] = []
  let cursor: string | undefined
  do {
    const query = { limit: 2, ...(cursor && { cursor }) }
    const { rows, next } = await pageOf({ ...options, query })
    pages.push(rows.map(({ note_id }) => note_id))
    cursor = next
  } while (cursor)
  return pages
}

describe('page', () => {
  it('returns the rows of any query in the order of columns, page by page [N17]', async () => {
    expect(await pagesOf({})).toEqual([
      ['n3', 'n4'],
      ['n1', 'n5'],
      ['n2', 'n0'],
    ])
    expect(await pagesOf({ descending: true })).toEqual([
      ['n0', 'n2'],
      ['n5', 'n1'],
      ['n4', 'n3'],
    ])
    expect((await pageOf({ orderBy: ['note_id'], query: { limit: 1 } })).rows).toEqual([
      { note_id: 'n0', created_at: 5, username: 'nora' },
    ])
    expect(await pageOf({})).toMatchObject({ rows: { length: 6 }, next: undefined })
  })

  it('refuses a cursor of a different list, and one that is changed [N17]', async () => {
    const { next: cursor = '' } = await pageOf({ query: { limit: 2 } })
    expect((await pageOf({ query: { cursor } })).rows).toHaveLength(4)
    const unknown = { status: 404, code: 'unknown_cursor' }
    const other = pageOf({ list: ['listNotes', 'u_other'], query: { cursor } })
    await expect(other).rejects.toMatchObject(unknown)
    await expect(pageOf({ query: { cursor: `${cursor}x` } })).rejects.toMatchObject(unknown)
    await expect(pageOf({ query: { cursor: 'W10.x' } })).rejects.toMatchObject(unknown)
  })

  it('refuses a cursor of a different order [N17]', async () => {
    const { next: cursor = '' } = await pageOf({ query: { limit: 2 } })
    const orders: Partial<PageOptions<Note>>[] = [
      { descending: true },
      { orderBy: ['note_id'] },
      { orderBy: ['note_id', 'created_at'] },
    ]
    for (const order of orders)
      await expect(pageOf({ ...order, query: { cursor } })).rejects.toMatchObject({
        status: 404,
        code: 'unknown_cursor',
      })
  })

  it('says which column cannot order rows [N17]', async () => {
    const rows = services.db.selectFrom('app_profiles').select((e) => e.lit(null).as('nickname'))
    const [profile] = await services.db
      .insertInto('app_profiles')
      .values({ user_id: ownerId, nickname: 'No' })
      .returning('user_id')
      .execute()
    expect(profile).toEqual({ user_id: ownerId })
    await services.db
      .insertInto('app_profiles')
      .values({ user_id: await addAccount(server, { username: 'nils' }), nickname: 'Ni' })
      .execute()
    const page = services.page(rows, {
      list: [],
      orderBy: ['nickname'],
      query: { limit: 1 },
      refuse,
    })
    await expect(page).rejects.toThrow('a page cannot be ordered by nickname')
  })

  it.skipIf(isPostgres)('uses an index on the columns [N17]', async () => {
    const page = `select * from (select * from app_notes where owner_id = 'x') as page
      where (created_at, note_id) > (1, 'n') order by created_at, note_id limit 2`
    const plan = await ask(server.services.config.database, `explain query plan ${page}`)
    expect(JSON.stringify(plan)).toMatch(/app_notes_by_owner \(owner_id=\? AND created_at>/)
  })
})
