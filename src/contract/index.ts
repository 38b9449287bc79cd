/** The door of the package: everything outside this folder imports from here, or from `generate.ts`. */

export { continueAfterChecks } from './continue.ts'
export {
  type Contract,
  contractOf,
  type GeneratedContract,
  generatedContract,
  scopesOf,
} from './contract.ts'
export { ContractError } from './document.ts'
export { type ErrorFormat, errorFormatOf } from './error-format.ts'
export type { ServerSentEvent } from './event-stream.ts'
export { addLogFields, beginExchange, type Exchange, exchangeOf } from './exchange.ts'
export type {
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
export { headerValues } from './header-values.ts'
export type { Limits } from './limits.ts'
export type { Document, Schema } from './openapi.ts'
export type { Operation, OperationTable } from './operation-table.ts'
export { errorResponse, type OutsideError, sendError } from './outside-errors.ts'
export { optionsOf, pathTable } from './path-table.ts'
export { pathOf } from './path-template.ts'
export { problemDetails } from './problem-details.ts'
export { type RawUse, rawUses } from './raw-uses.ts'
export type { Fault, Refusal } from './refusal.ts'
export type { CommonRefusals, Mapping, Refusals, SecurityRefusals } from './refusal-mapping.ts'
export { when } from './refusal-mapping.ts'
export type { Can, Refuse, RefuseOfAll, RefuseOfScheme } from './refuse-types.ts'
export { type OutgoingResponse, send } from './reply.ts'
export { schemaChecks, schemaOf } from './schema-check.ts'
export type { OnDenied, SecurityCheck, SecurityChecks } from './security.ts'
export { type OnRefusal, type ServeOptions, serve } from './serve.ts'
export { statusPhrase } from './status-phrase.ts'
export type { UploadedFile } from './uploaded-file.ts'
