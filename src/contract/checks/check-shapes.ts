/** Finds fields of a contract that are unknown, or have a value of the wrong shape. */
import type { ContractFault } from '../document/contract-fault.ts'
import { described, type FieldShape, fieldShape, type Kind } from '../document/document-fields.ts'
import {
  escapePointer,
  formOf,
  isNode,
  type Part,
  referenceOf,
  visitParts,
} from '../document/document-parts.ts'
import { keywordFault } from '../document/schema-keywords.ts'
import { extensionFault } from './check-extensions.ts'
import { contradictions } from './check-satisfiable.ts'

const required: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  document: ['paths'],
  parameter: ['name', 'in'],
  requestBody: ['content'],
  securityScheme: ['type'],
  server: ['url'],
}

/** Faults of schemas do not keep the rest of the document from being understood. */
interface ShapeFault extends ContractFault {
  readonly isOfSchema: boolean
}

export function shapeFaults(document: object): ShapeFault[] {
  const faults: ShapeFault[] = []
  visitParts('document', document, ({ kind, node, pointer }) => {
    // The fields beside a reference have no meaning (OpenAPI 3.1 §4.8.23), but for schemas and paths.
    if (referenceOf(kind, node) !== undefined && kind !== 'schema') return
    const found = missingFields({ kind, node, pointer })
    for (const [field, value] of Object.entries(node)) {
      const text = fieldFault(kind, field, value)
      if (text) found.push({ pointer: `${pointer}/${escapePointer(field)}`, text })
      else found.push(...memberFaults(kind, field, value, pointer))
    }
    if (kind === 'schema') found.push(...contradictions(document, node, pointer))
    faults.push(...found.map((fault) => ({ ...fault, isOfSchema: kind === 'schema' })))
  })
  return faults
}

function missingFields({ kind, node, pointer }: Part): ContractFault[] {
  return (required[kind] ?? [])
    .filter((field) => !(field in node))
    .map((field) => ({ pointer, text: `${described(kind)} must have ${field}` }))
}

function fieldFault(kind: Kind, field: string, value: unknown): string | undefined {
  const extension = extensionFault(kind, field)
  if (extension) return extension
  const shape = fieldShape(kind, field)
  if (shape === undefined) return `${field} is not a field of ${described(kind)}`
  if (field === '__proto__') return '__proto__ cannot be a name'
  const fault = kind === 'schema' ? keywordFault(field, value) : undefined
  const wanted = wantedOf(shape, value)
  return fault ?? (wanted && `${field} must be ${wanted}`)
}

/** Of a list or a map, the members that are not parts. */
function memberFaults(kind: Kind, field: string, value: unknown, pointer: string): ContractFault[] {
  const [childKind, form] = formOf(fieldShape(kind, field))
  if (childKind === undefined || form === 'one' || typeof value !== 'object' || value === null)
    return []
  return Object.entries(value)
    .filter(([name, member]) => name === '__proto__' || !isPart(childKind, member))
    .map(([name]) => ({
      pointer: `${pointer}/${escapePointer(field)}/${escapePointer(name)}`,
      text:
        name === '__proto__'
          ? '__proto__ cannot be a name'
          : `${name} must be ${described(childKind)}`,
    }))
}

/** What a value of this shape must be, if this one is not. */
function wantedOf(shape: FieldShape, value: unknown): string | undefined {
  if (shape === 'text') return typeof value === 'string' ? undefined : 'text'
  if (shape === 'flag') return typeof value === 'boolean' ? undefined : 'true or false'
  if (shape === 'texts') return isTexts(value) ? undefined : 'a list of texts'
  const [kind, form] = formOf(shape)
  if (form === 'list') return Array.isArray(value) ? undefined : 'a list'
  if (form === 'map') return isNode(value) ? undefined : 'an object'
  return kind === undefined || isPart(kind, value) ? undefined : described(kind)
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** A schema may be `true` or `false`. */
function isPart(kind: Kind, value: unknown): boolean {
  return isNode(value) || (kind === 'schema' && typeof value === 'boolean')
}
