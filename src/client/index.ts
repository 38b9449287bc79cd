/** `@tessera-oauth/client`: a typed client for every call of the contract, which logs in and refreshes its tokens. */
export type * from '../../generated/api.ts'
export type { Call, CallResult, Calls } from './calls.ts'
export { type ClientOptions, createClient, type TesseraClient } from './create-client.ts'
export {
  LoginRequired,
  NotModified,
  OAuthFailure,
  ProblemFailure,
  TesseraFailure,
  UnexpectedResponse,
} from './failures.ts'
export type { Credentials } from './session.ts'
export type { TokenStorage, Tokens } from './token-storage.ts'
