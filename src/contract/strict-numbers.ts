/** A parameter that is a number is written as JSON writes one (RFC 8259 §6): not `0x10`, `01`, `+5` or `1e400`. */
import type { Request } from 'express'
import { parametersOf, resolve } from './document.ts'
import type { Document, Schema } from './openapi.ts'
import type { Operation } from './operation-table.ts'
import type { Fault } from './refusal.ts'

const forms = {
  integer: /^-?(0|[1-9][0-9]*)$/,
  number: /^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]+)?$/i,
}

type NumberType = keyof typeof forms

interface NumberParameter {
  readonly in: 'path' | 'query' | 'header'
  /** As Node has it: that of a header is in lower case. */
  readonly name: string
  readonly type: NumberType
}

/** The faults of the operation's numbers in a request, whose parameters are texts yet. */
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
    if (!type || part === 'cookie') return []
    return { in: part, name: part === 'header' ? name.toLowerCase() : name, type }
  })
}

/** Nothing, where another text is allowed too. */
function numberType(document: Document, schema: Schema): NumberType | undefined {
  const types = [resolve(document, schema).type].flat()
  if (types.includes('string')) return undefined
  if (types.includes('number')) return 'number'
  return types.includes('integer') ? 'integer' : undefined
}

/** One that is absent or repeated is left to the validator. */
function isStrict({ in: part, name, type }: NumberParameter, req: Request): boolean {
  const texts = { path: req.params, query: req.query, header: req.headers }[part]
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined
  return typeof text !== 'string' || (forms[type].test(text) && Number.isFinite(Number(text)))
}

function faultOf({ in: part, name, type }: NumberParameter): Fault {
  return { in: part, pointer: `/${name}`, detail: `must be ${type}` }
}
