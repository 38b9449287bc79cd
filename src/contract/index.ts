/** The door of the package: everything outside this folder imports from here, or from `generate.ts`. */

export {
  type Contract,
  contractOf,
  type GeneratedContract,
  generatedContract,
  scopesOf,
} from './contract.ts'
export { ContractError } from './document/document.ts'
export type { Document, Schema } from './document/openapi.ts'
export type { Operation, OperationTable } from './document/operation-table.ts'
export { pathOf } from './document/path-template.ts'
export { type ErrorFormat, errorFormatOf } from './errors/error-format.ts'
export { errorResponse, type OutsideError, sendError } from './errors/outside-errors.ts'
export { problemDetails } from './errors/problem-details.ts'
export type { Fault, Refusal } from './errors/refusal.ts'
export {
  type CommonRefusals,
  type Mapping,
  type Refusals,
  type SecurityRefusals,
  when,
} from './errors/refusal-mapping.ts'
export type { Can, Refuse, RefuseOfAll, RefuseOfScheme } from './errors/refuse-types.ts'
export type {
  Arrival,
  ContractTypes,
  Handler,
  Handlers,
  HttpRequest,
  OperationId,
  Principals,
  RawReply,
  RawResponse,
  Reply,
  Request,
  Respond,
  ScopeSet,
} from './handler.ts'
export type { ServerSentEvent } from './reply/event-stream.ts'
export { type RawUse, rawUses } from './reply/raw-reply.ts'
export { type OutgoingResponse, send } from './reply/reply.ts'
export { statusPhrase } from './reply/status-phrase.ts'
export { continueAfterChecks } from './request/continue.ts'
export { headerValues } from './request/header-values.ts'
export type { Limits } from './request/limits.ts'
export { schemaChecks, schemaOf } from './request/schema-check.ts'
export type { UploadedFile } from './request/uploaded-file.ts'
export { addLogFields, beginExchange, type Exchange, exchangeOf } from './routing/exchange.ts'
export { optionsOf, pathTable } from './routing/path-table.ts'
export type { OnDenied, SecurityCheck, SecurityChecks } from './routing/security.ts'
export { type OnRefusal, type ServeOptions, serve } from './serve.ts'
