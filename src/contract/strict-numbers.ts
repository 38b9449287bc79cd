/** Requires numbers in parameters to be JSON numbers (RFC 8259 §6): not `0x10`, `01`, `+5` or `1e400`. */
import type { Request } from 'express'
import { parametersOf, resolve } from './document.ts'
import type { Document, Schema } from './openapi.ts'
import type { Operation } from './operation-table.ts'
import type { Fault } from './refusal.ts'

const patterns = {
  integer: /^-?(0|[1-9][0-9]*)$/,
  number: /^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]+)?$/i,
}

type NumberType = keyof typeof patterns

interface NumberParameter {
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  /** In lower case for a header, as in Node. */
  readonly name: string
  readonly type: NumberType
}

/** Returns a function that checks a request before its parameters are converted to numbers. */
export function numberFaults(
  document: Document,
  operation: Operation,
): (req: Request) => readonly Fault[] {
  const numbers = numbersOf(document, operation)
  return (req) => numbers.filter((number) => !isStrict(number, req)).map(faultOf)
}

function numbersOf(document: Document, { path, method }: Operation): NumberParameter[] {
  return parametersOf(document, path, method).flatMap(({ in: part, name, schema }) => {
    const type = schema && numberType(document, schema)
    if (!type) return []
    return { in: part, name: part === 'header' ? name.toLowerCase() : name, type }
  })
}

/** Undefined if the schema allows strings, too. */
function numberType(document: Document, schema: Schema): NumberType | undefined {
  const types = [resolve(document, schema).type].flat()
  if (types.includes('string')) return undefined
  if (types.includes('number')) return 'number'
  return types.includes('integer') ? 'integer' : undefined
}

/** True for an absent or repeated parameter, which the validator checks. */
function isStrict({ in: part, name, type }: NumberParameter, req: Request): boolean {
  const texts = { path: req.params, query: req.query, header: req.headers, cookie: req.cookies }[
    part
  ]
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined
  return typeof text !== 'string' || (patterns[type].test(text) && Number.isFinite(Number(text)))
}

function faultOf({ in: part, name, type }: NumberParameter): Fault {
  return { in: part, pointer: `/${name}`, detail: `must be ${type}` }
}
