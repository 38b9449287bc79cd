/** Checks a received response against the contract: status, media type, headers, body and error code. */
import { declaredTypeOf, essenceOf, isJson } from '../document/media-type.ts'
import { responseKey } from '../document/response-key.ts'
import { isCommonHeader } from '../reply/reply-check.ts'
import type { KitOperation, KitResponse } from './kit-operation.ts'
import type { AskedResponse } from './options.ts'
import type { SchemaNode, Schemas } from './schemas.ts'
import { isStream, parsed, streamFaults } from './stream-items.ts'
import { isValidHeader } from './text-values.ts'

/** Headers of HTTP itself that servers and proxies add (RFC 9110, RFC 9112). */
const ofServers = /^(server|transfer-encoding|via|alt-svc|x-powered-by|allow|trailer|date)$/

export interface ResponseCheck {
  /** What differs from the contract; empty if nothing does. */
  faultsOf(operation: KitOperation, response: AskedResponse): string[]
}

/** `common` are headers that any response may have. */
export function responseCheck(schemas: Schemas, common: readonly string[] = []): ResponseCheck {
  const names = common.map((name) => name.toLowerCase())
  return { faultsOf }

  function isCommon(header: string, status: number): boolean {
    return isCommonHeader(header, status) || ofServers.test(header) || names.includes(header)
  }

  function faultsOf({ responses }: KitOperation, response: AskedResponse): string[] {
    const { status } = response
    const declared = responses[responseKey(responses, status) ?? '']
    if (!declared) return [`the status ${status} is not declared`]
    return [...bodyFaults(declared, response), ...headerFaults(declared, response)]
  }

  function bodyFaults({ content, codes }: KitResponse, { headers, text }: AskedResponse): string[] {
    const { 'content-type': sent } = headers
    const types = Object.keys(content)
    if (types.length === 0) return text === '' ? [] : [`it has a body, and none is declared`]
    if (sent === undefined) return [`the media type is missing: ${types.join(' or ')} is declared`]
    const declared = declaredTypeOf(types, sent)
    if (declared === undefined)
      return [`the media type ${essenceOf(sent)} is not declared: ${types.join(' or ')} is`]
    const { [declared]: schema = true } = content
    if (isStream(sent)) return streamFaults(schemas, schema, sent, text)
    if (!isJson(declared)) return textFaults(schema, text)
    const body = parsed(text)
    if (body === undefined) return ['the body is not JSON']
    const faults = schemas.faultsOf(schema, body.value)
    return [...faults.map((fault) => `body${fault}`), ...codeFaults(codes, body.value)]
  }

  function textFaults(schema: SchemaNode, text: string): string[] {
    if (!schemas.describesText(schema)) return []
    return schemas.faultsOf(schema, text).map((fault) => `body${fault}`)
  }

  function headerFaults(declared: KitResponse, { status, headers }: AskedResponse): string[] {
    const undeclared = Object.keys(headers).filter(
      (name) => !isCommon(name, status) && !(name in declared.headers),
    )
    return [
      ...undeclared.map(undeclaredHeader),
      ...Object.entries(declared.headers).flatMap(([name, { required, schema }]) => {
        const { [name]: value } = headers
        if (value === undefined) return required ? [`the header ${name} is missing`] : []
        // Cookies have commas in their dates.
        if (name === 'set-cookie' || isValidHeader(schemas, schema, value)) return []
        return [`the header ${name} is ${JSON.stringify(value)}, which its schema does not allow`]
      }),
    ]
  }
}

function undeclaredHeader(name: string): string {
  return `the header ${name} is not declared: declare it, or give \`headers: ['${name}']\` if middleware sets it`
}

/** The code is in `code` (as in problem details), or in `error`. */
function codeFaults(codes: readonly string[] | undefined, body: unknown): string[] {
  if (!codes) return []
  const { code, error } = Object(body)
  const given: unknown = code ?? error
  if (typeof given !== 'string' || codes.includes(given)) return []
  return [`the code ${given} is not in x-codes: ${codes.join(', ')}`]
}
