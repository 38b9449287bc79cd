/** `@tessera-oauth/client`: a client that logs in, stays logged in, and makes every call of the contract, typed. */
export type * from '../../generated/api.ts'
export type { Answer, Call, Calls } from './calls.ts'
export { type ClientOptions, createClient, type TesseraClient } from './create-client.ts'
export {
  LoginRequired,
  OAuthFailure,
  ProblemFailure,
  TesseraFailure,
  UnexpectedAnswer,
} from './failures.ts'
export type { Credentials } from './session.ts'
export type { TokenStorage, Tokens } from './token-storage.ts'
