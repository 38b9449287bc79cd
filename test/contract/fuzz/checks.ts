/** What holds for every answer, and for the answers to requests that are right, wrong, or nobody's. Each check names the faults that it finds. */
import { isCommonHeader } from '../../../src/contract/reply-check.ts'
import type { Operation, Reply } from './operations.ts'
import type { FuzzRequest } from './requests.ts'
import { closed, faultsOf, isValidText } from './schemas.ts'
import type { Answer } from './send.ts'

export type Check = (answer: Answer, request: FuzzRequest) => string[]

// ── Of every answer ──────────────────────────────────────────────────────────────────────────────────────────────────

const noServerError: Check = ({ status }) => (status >= 500 ? [`answered ${status}`] : [])

const declaredStatus: Check = ({ status }, { operation }) =>
  replyOf(operation, status) ? [] : [`status ${status} is not declared`]

const declaredMediaType: Check = ({ status, headers }, { operation }) => {
  const declared = Object.keys(replyOf(operation, status)?.content ?? {})
  const sent = headers['content-type']
  if (declared.length === 0) return sent ? [`media type ${sent} is not declared`] : []
  return declared.includes(sent ?? '') ? [] : [`media type ${sent} instead of ${declared}`]
}

const declaredBody: Check = ({ status, headers, text }, { operation }) => {
  const reply = replyOf(operation, status)
  if (!reply?.content) return text === '' ? [] : ['a body is not declared']
  const schema = reply.content[headers['content-type'] ?? '']?.schema
  const body = parsed(text)
  if (body === undefined) return ['the body is no JSON']
  return schema ? faultsOf(closed(schema), body).map((fault) => `body${fault}`) : []
}

const declaredHeaders: Check = ({ status, headers }, { operation }) => {
  const declared = Object.entries(replyOf(operation, status)?.headers ?? {}).map(
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

export const everyAnswer = {
  noServerError,
  declaredStatus,
  declaredMediaType,
  declaredBody,
  declaredHeaders,
} satisfies Record<string, Check>

// ── Of the answer to a request that is as the contract says ──────────────────────────────────────────────────────────

/** What the server knows and the contract cannot: who may, what there is, what was there before, how often. */
const accepted: Check = ({ status, text }, { operation }) => {
  const isAccepted = isSuccess(status) || [403, 404, 409, 412, 429].includes(status)
  const isClients = status === 401 && !operation.security.includes('OAuth2')
  if (isAccepted || isClients || isRefusedGrant(operation, status, text)) return []
  return [`valid data was refused with ${status}: ${text}`]
}

/** Credentials that are well formed, and wrong, are a 400 to OAuth (RFC 6749 §5.2). */
function isRefusedGrant({ responses }: Operation, status: number, text: string): boolean {
  const isOAuth = responses[500]?.content?.['application/json'] !== undefined
  return isOAuth && status === 400 && !text.includes('"invalid_request"')
}

/** Nobody can make up the tag that a resource has, and a weak one never matches (RFC 9110 §13.1.1). */
const conditionHeld: Check = ({ status }, { headers }) => {
  const condition = headers['If-Match'] ?? '*'
  const mayHold = condition === '*' || /(?<!W\/)"known-etag"/.test(condition)
  return isSuccess(status) && !mayHold ? [`succeeded in spite of If-Match ${condition}`] : []
}

export const validData = { accepted, conditionHeld } satisfies Record<string, Check>

// ── Of the answer to a deletion that is asked for again ──────────────────────────────────────────────────────────────

/** What was deleted is not there, or nobody is who could ask for it. */
const gone: Check = ({ status }) =>
  status === 404 || status === 401 ? [] : [`what was deleted was answered ${status}`]

export const deletedData = { gone } satisfies Record<string, Check>

// ── Of the answer to a request with a fault ──────────────────────────────────────────────────────────────────────────

/** By somebody who may do everything: it is for the fault that he is refused, and not for what he asks. */
const refused: Check = ({ status, text }, { operation }) => {
  const isRefused = [400, 413, 415, 422, 428].includes(status)
  if (isRefused && !isRefusedGrant(operation, status, text)) return []
  return [`invalid data was answered ${status}`]
}

export const invalidData = { refused } satisfies Record<string, Check>

// ── Of the answer to nobody ──────────────────────────────────────────────────────────────────────────────────────────

const challenged: Check = ({ status, headers }) => {
  if (status !== 401) return [`nobody was answered ${status}`]
  return headers['www-authenticate']?.startsWith('Bearer') ? [] : ['nobody was not challenged']
}

export const nobody = { challenged } satisfies Record<string, Check>

// ── Of a request for a method that there is not ──────────────────────────────────────────────────────────────────────

/** `Allow` lists the declared methods, with HEAD where there is GET, and OPTIONS. */
export function allowFaults({ headers }: Answer, methods: readonly string[]): string[] {
  const readers = methods.includes('GET') ? ['HEAD'] : []
  const expected = [...methods, ...readers, 'OPTIONS'].toSorted().join(', ')
  const allow = headers.allow?.split(/ *, */).toSorted().join(', ')
  return allow === expected ? [] : [`Allow is ${allow} and not ${expected}`]
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

function replyOf({ responses }: Operation, status: number): Reply | undefined {
  return responses[status]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
