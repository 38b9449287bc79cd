/** Checks of responses: of all responses, and of responses to valid, invalid and unauthenticated requests. Each check returns the faults that it finds. */
import { isCommonHeader } from '../../../src/contract/reply-check.ts'
import type { Operation, ResponseObject } from './operations.ts'
import type { FuzzRequest } from './requests.ts'
import { closed, faultsOf, isValidText } from './schemas.ts'
import type { HttpResponse } from './send.ts'

export type Check = (response: HttpResponse, request: FuzzRequest) => string[]

// ── All responses ─────────────────────────────────────────────────────────────────────────────────────────────────────

const noServerError: Check = ({ status }) => (status >= 500 ? [`status ${status}`] : [])

const declaredStatus: Check = ({ status }, { operation }) =>
  declaredResponse(operation, status) ? [] : [`status ${status} is not declared`]

const declaredMediaType: Check = ({ status, headers }, { operation }) => {
  const declared = Object.keys(declaredResponse(operation, status)?.content ?? {})
  const sent = headers['content-type']
  if (declared.length === 0) return sent ? [`media type ${sent} is not declared`] : []
  return declared.includes(sent ?? '') ? [] : [`media type ${sent} instead of ${declared}`]
}

const declaredBody: Check = ({ status, headers, text }, { operation }) => {
  const reply = declaredResponse(operation, status)
  if (!reply?.content) return text === '' ? [] : ['a body is not declared']
  const schema = reply.content[headers['content-type'] ?? '']?.schema
  const body = parsed(text)
  if (body === undefined) return ['the body is not JSON']
  return schema ? faultsOf(closed(schema), body).map((fault) => `body${fault}`) : []
}

const declaredHeaders: Check = ({ status, headers }, { operation }) => {
  const declared = Object.entries(declaredResponse(operation, status)?.headers ?? {}).map(
    ([name, header]) => ({ name: name.toLowerCase(), ...header }),
  )
  const names = declared.map(({ name }) => name)
  const undeclared = Object.keys(headers).filter(
    (name) => !isCommonHeader(name) && !names.includes(name),
  )
  return [
    ...undeclared.map((name) => `header ${name} is not declared`),
    ...declared.flatMap(({ name, required, schema }) => {
      const value = headers[name]
      if (value === undefined) return required ? [`header ${name} is missing`] : []
      return isValidText(schema, value) ? [] : [`header ${name} is ${value}`]
    }),
  ]
}

export const everyResponse = {
  noServerError,
  declaredStatus,
  declaredMediaType,
  declaredBody,
  declaredHeaders,
} satisfies Record<string, Check>

// ── Responses to valid requests ─────────────────────────────────────────────────────────────────────────────────────

/** Valid requests may fail for reasons that a contract cannot express: permissions, existing resources, budgets. */
const accepted: Check = ({ status, text }, { operation }) => {
  const isAccepted = isSuccess(status) || [304, 403, 404, 409, 412, 422, 429].includes(status)
  const isClients = status === 401 && !operation.security.includes('OAuth2')
  if (isAccepted || isClients || isRefusedGrant(operation, status, text)) return []
  return [`valid data was rejected with ${status}: ${text}`]
}

/** Well-formed but invalid credentials are a 400 in OAuth (RFC 6749 §5.2). */
function isRefusedGrant({ responses }: Operation, status: number, text: string): boolean {
  const isOAuth = responses[500]?.content?.['application/json'] !== undefined
  return isOAuth && status === 400 && !text.includes('"invalid_request"')
}

/** A generated tag never equals the current tag. Weak or not makes no difference: tags name versions (`etags.ts`). */
const conditionHeld: Check = ({ status }, { headers }) => {
  const match = headers['If-Match'] ?? '*'
  const noneMatch = headers['If-None-Match'] ?? ''
  return [
    ...(isSuccess(status) && !mayHold(match) ? [`succeeded despite If-Match ${match}`] : []),
    ...(status === 304 && !mayHold(noneMatch) ? [`304 despite If-None-Match ${noneMatch}`] : []),
  ]
}

const mayHold = (tags: string) => tags === '*' || tags.includes('"known-etag"')

export const validData = { accepted, conditionHeld } satisfies Record<string, Check>

// ── Responses to a repeated deletion ────────────────────────────────────────────────────────────────────────────────────

/** The resource does not exist any more, or the deleted account was the caller's. */
const gone: Check = ({ status }) =>
  status === 404 || status === 401 ? [] : [`the status after deletion is ${status}`]

export const deletedData = { gone } satisfies Record<string, Check>

// ── Responses to invalid requests ───────────────────────────────────────────────────────────────────────────────────────

/** The caller has every scope: the request is rejected for its fault only. */
const refused: Check = ({ status, text }, { operation }) => {
  const isRefused = [400, 413, 415, 422, 428].includes(status)
  if (isRefused && !isRefusedGrant(operation, status, text)) return []
  return [`the status for invalid data is ${status}`]
}

export const invalidData = { refused } satisfies Record<string, Check>

// ── Responses to unauthenticated requests────────────────────────────────────────────────────────────────────────────────────────

const challenged: Check = ({ status, headers }) => {
  if (status !== 401) return [`the status without authentication is ${status}`]
  return headers['www-authenticate']?.startsWith('Bearer') ? [] : ['the challenge is missing']
}

export const unauthenticated = { challenged } satisfies Record<string, Check>

// ── Responses to undeclared methods ───────────────────────────────────────────────────────────────────────────────────

/** `Allow` lists the declared methods, HEAD if there is GET, and OPTIONS. */
export function allowFaults({ headers }: HttpResponse, methods: readonly string[]): string[] {
  const readers = methods.includes('GET') ? ['HEAD'] : []
  const expected = [...methods, ...readers, 'OPTIONS'].toSorted().join(', ')
  const allow = headers.allow?.split(/ *, */).toSorted().join(', ')
  return allow === expected ? [] : [`Allow is ${allow} and not ${expected}`]
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

function declaredResponse({ responses }: Operation, status: number): ResponseObject | undefined {
  return responses[status]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
