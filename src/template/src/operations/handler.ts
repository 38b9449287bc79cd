/** The types of the handlers, and what they are made of. */
import type { OwnServices, Principals } from '@tessera-oauth/server'
import type * as generated from '../../generated/contract.ts'
import type { Tables } from '../tables.ts'

export type Services = OwnServices<Tables>

export type Handler<Id extends generated.OperationId> = generated.Handler<Id, Principals>
