/** A parameter that is a number is written as JSON writes one: express-openapi-validator takes `0x10`, `01`, `+5` and `1e400` too. */
import type { Request, RequestHandler } from 'express'
import { type Document, parametersOf, resolve, type Schema } from './document.ts'
import type { Operation } from './operation-table.ts'
import { refusalOf } from './problem.ts'
import { BadRequest, type Fault, mostFaults } from './refusal.ts'

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

/** Runs the validator, and adds to its faults the numbers that are written otherwise. */
export function plainNumbers(
  document: Document,
  operation: Operation,
  validate: RequestHandler,
): RequestHandler {
  const numbers = numbersOf(document, operation)
  if (numbers.length === 0) return validate

  return function plainNumbers(req, res, next) {
    // Before the validator, which puts numbers in the place of the texts.
    const faults = numbers.filter((number) => !isPlain(number, req)).map(faultOf)
    if (faults.length === 0) return void validate(req, res, next)
    validate(req, res, (error?: unknown) => {
      const refusal = error ? refusalOf(error) : undefined
      if (refusal && !(refusal instanceof BadRequest)) return next(error)
      const others = (refusal?.faults ?? []).filter((other) => !faults.some(isAt(other)))
      const all = [...faults, ...others].slice(0, mostFaults)
      next(new BadRequest('The request is invalid', { faults: all }))
    })
  }
}

function numbersOf(document: Document, { path, method }: Operation): NumberParameter[] {
  return parametersOf(document, path, method).flatMap(({ in: part, name, schema }) => {
    const type = schema && numberType(document, schema)
    if (!type || !isPart(part)) return []
    return { in: part, name: part === 'header' ? name.toLowerCase() : name, type }
  })
}

function isPart(part: string): part is NumberParameter['in'] {
  return part === 'path' || part === 'query' || part === 'header'
}

/** Nothing, where another text is allowed too. */
function numberType(document: Document, schema: Schema): NumberType | undefined {
  const types: readonly unknown[] = [resolve(document, schema).type].flat()
  if (types.includes('string')) return undefined
  if (types.includes('number')) return 'number'
  return types.includes('integer') ? 'integer' : undefined
}

/** One that is absent or comes twice is the validator's affair. */
function isPlain({ in: part, name, type }: NumberParameter, req: Request): boolean {
  const texts = { path: req.params, query: req.query, header: req.headers }[part]
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined
  return typeof text !== 'string' || (forms[type].test(text) && Number.isFinite(Number(text)))
}

function faultOf({ in: part, name, type }: NumberParameter): Fault {
  return { in: part, pointer: `/${name}`, detail: `must be ${type}` }
}

function isAt(one: Fault): (other: Fault) => boolean {
  return (other) => one.in === other.in && one.pointer === other.pointer
}
