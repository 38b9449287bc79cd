/** What own queries and migrations are written with. Exported by us, so that a project never has a second copy of Kysely. */
export {
  type Generated,
  type Insertable,
  type Kysely,
  type Selectable,
  sql,
  type Transaction,
  type Updateable,
} from 'kysely'
