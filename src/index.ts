/** What a server that is built on ours imports. `API.md` explains each export. */
export type { AuditEvent } from '../generated/api.ts'
export { userBody } from './accounts/user-body.ts'
export {
  type CreatedServer,
  type CreateServerOptions,
  createServer,
  type ListeningServer,
} from './create-server.ts'
export { newId } from './keys/secrets.ts'
export type { MailTexts } from './mail/texts/mail-texts.ts'
export { etagOf, isNotModified, requireMatch } from './operations/etags.ts'
export { cacheable, noStore } from './operations/handler.ts'
export type { Page } from './operations/pages.ts'
export type { Caller, OwnChecks, OwnHandlers, Principals } from './own-handlers.ts'
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
export type { Account } from './store/user-row.ts'
export { isDuplicateKey, isMissingReference } from './store/violated-keys.ts'
