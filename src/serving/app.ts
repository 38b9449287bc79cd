/** The request path, from top to bottom. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import {
  ContractError,
  type ErrorFormat,
  type OnRefusal,
  type OutsideError,
  problemDetails,
  type SecurityCheck,
  sendError,
  serve,
} from '#contract'
import { auditDenied } from '../audit/audited-error.ts'
import type { Config } from '../config/config.ts'
import { basePathOf } from '../config/public-url.ts'
import { documentation } from '../docs/documentation.ts'
import { problemType } from '../docs/problems.ts'
import { HttpError } from '../http-error.ts'
import { bearerCheck } from '../oauth/bearer.ts'
import { limitChanges } from '../oauth/limited-changes.ts'
import { oauthErrors } from '../oauth/oauth-error-format.ts'
import { InvalidClient } from '../oauth/oauth-errors.ts'
import { commonRefusals } from '../operations/common-refusals.ts'
import { admissions } from '../operations/index.ts'
import { securityRefusals } from '../operations/refusals.ts'
import { takenOperations } from '../operations/taken-operations.ts'
import type { OwnChecks, Services } from '../services.ts'
import { removeBasePath, requireDistinctBasePath } from './base-path.ts'
import { chain } from './chain.ts'
import { cors, normalizeAddress, requestMetrics, requireOneHost, securityHeaders } from './http.ts'
import { outageLog } from './outage-log.ts'
import { refusalLog, requestLog } from './request-log.ts'

/** Fits every request of the contract, even with all non-ASCII characters escaped in JSON (12 bytes for an emoji). */
const maxBodyBytes = 65_536

/** For errors of the schemas `Problem` and `OAuthError`. */
export const errorFormats = (config: Pick<Config, 'issuer'>) =>
  [problemDetails(problemType(config.issuer)), oauthErrors] as const

/** `pages` are those of the demo. Throws if the contract and the server differ. */
export function createApp(services: Services, pages?: RequestHandler): Express {
  const { config, contract, product } = services
  const { handlers, refusals, taken } = takenOperations(services)
  const reportOutage = outageLog(services)
  requireDistinctBasePath(services.basePath, contract.operations)
  return createFront(
    services,
    serve(contract, {
      handlers,
      security: {
        ...ownChecks(services),
        OAuth2: limitChanges(services, bearerCheck(services)),
        clientBasic: rejectEveryClient,
      },
      errors: errorFormats(config),
      limits: { bodyBytes: maxBodyBytes },
      admit: admissions(services, taken),
      checkReplies: config.checkReplies,
      refusals,
      securityRefusals,
      commonRefusals: commonRefusals(reportOutage),
      onRefusal: refusalLog(services.log),
      onDenied: auditDenied(services.audit),
    }),
    ...(pages ? [pages] : []),
    documentation(services.basePath, contract.document, product.source),
    notFound,
  )
}

/** Throws a `ContractError` for a check of a scheme that the contract does not have, or that has a built-in check. */
function ownChecks(services: Services): OwnChecks {
  const own = services.product.security(services)
  const { securitySchemes = {} } = services.contract.document.components ?? {}
  const unknown = Object.keys(own).find((scheme) => !Object.hasOwn(securitySchemes, scheme))
  if (unknown !== undefined)
    throw new ContractError(`the check ${unknown} is of no security scheme of the contract`)
  const builtIn = ['OAuth2', 'clientBasic'].find((scheme) => Object.hasOwn(own, scheme))
  if (builtIn !== undefined)
    throw new ContractError(`the security scheme ${builtIn} has a built-in check, which stays`)
  return own
}

/** What every request passes first: its log line, and the headers that all responses have. Also before the services exist. */
export function createFront(
  { config, log, metrics }: Pick<Services, 'config' | 'log' | 'metrics'>,
  ...steps: readonly RequestHandler[]
): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', [...config.trustProxy])
  app.use(
    chain(
      normalizeAddress(config.trustProxy),
      // The same as `basePath` of the services: without ISSUER, the issuer is the server's own address, which has no path.
      removeBasePath(config.issuer ? basePathOf(config.issuer) : ''),
      requestLog(log),
      ...(metrics ? [requestMetrics(metrics)] : []),
      securityHeaders(config),
      cors(config.corsOrigins),
      requireOneHost,
      ...steps,
    ),
  )
  const [problems] = errorFormats(config)
  app.use(errorHandler(problems, refusalLog(log)))
  return app
}

// Made once: its stack would be a twelfth of the CPU of an introspection.
const everyClient = new InvalidClient(
  'an operation with clientBasic authenticates its client itself',
)

/**
 * Rejects every request. A client may also authenticate in the form, which OpenAPI cannot express, so an operation with this
 * scheme declares `{}` as an alternative and authenticates the client itself (`clients.ts`).
 */
const rejectEveryClient: SecurityCheck<never> = async () => {
  throw everyClient
}

const notFound: RequestHandler = (_req, _res, next) =>
  next(new HttpError(404, 'not_found', 'Not found'))

/** For requests that are not operations of the contract. Express recognizes an error handler by its four parameters. */
function errorHandler(format: ErrorFormat, onRefusal: OnRefusal): ErrorRequestHandler {
  return function errorHandler(error, req, res, _next) {
    const known = error instanceof HttpError ? error : serverError(error)
    sendError(req, res, known, { format, onRefusal })
  }
}

function serverError(cause: unknown): OutsideError {
  return { status: 500, code: 'server_error', message: 'Internal server error', cause }
}
