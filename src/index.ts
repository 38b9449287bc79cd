/** What a server that is built on ours imports: `createServer`, its types, and what handlers and migrations need. */
export type { AuditEvent } from '../generated/api.ts'
export {
  type CreatedServer,
  type CreateServerOptions,
  createServer,
  type ListeningServer,
} from './create-server.ts'
export { newId } from './keys/secrets.ts'
export { cacheable, noStore } from './operations/handler.ts'
export type { Caller, OwnHandlers, Principals } from './own-handlers.ts'
export type { OwnLog, OwnServices, PageOptions } from './own-services.ts'
export type { MigrationOf as Migration } from './store/migrations/column-types.ts'
export {
  type Generated,
  type Insertable,
  type Kysely,
  type Selectable,
  sql,
  type Transaction,
  type Updateable,
} from './store/queries.ts'
