import { describe, expect, it } from 'vitest'
import {
  ContractError,
  componentsOf,
  references,
  resolve,
} from '../../../src/contract/document/document.ts'
import type { Kind } from '../../../src/contract/document/document-fields.ts'
import type { Document, Schema } from '../../../src/contract/document/openapi.ts'
import { bookDocument } from '../books.ts'
import type { Edit } from '../edited.ts'

const title = 'title: { type: string, minLength: 1, maxLength: 100 }'
/** A reference to a part of a component, in addition to one to the whole component. */
const deepReference: Edit = [
  `${title}\n    Loan:`,
  `title: { $ref: "#/components/schemas/NewBook/properties/title" }
        whole: { $ref: "#/components/schemas/NewBook" }\n    Loan:`,
]
const recursion: Edit = [
  'born: { type: integer }',
  'teachers: { type: array, items: { $ref: "#/components/schemas/Author" } }',
]
describe('resolve', () => {
  const document = bookDocument()

  it('returns a node that is not a reference', () => {
    const schema: Schema = { type: 'string' }
    expect(resolve(document, schema)).toBe(schema)
  })

  it('follows chains of references', () => {
    const twice = bookDocument([
      'schemas:\n    Author:',
      'schemas:\n    Writer: { $ref: "#/components/schemas/Author" }\n    Author:',
    ])
    expect(resolve(twice, { $ref: '#/components/schemas/Writer' })).toBe(
      twice.components?.schemas?.Author,
    )
  })

  it('follows a reference with escaped names', () => {
    const shelf = resolve(document, { $ref: '#/paths/~1shelves~1{shelf}~1books.all' })
    expect(shelf).toBe(document.paths['/shelves/{shelf}/books.all'])
  })

  it('reads ~0 as ~ and ~1 as /, in this order (RFC 6901 §4)', () => {
    const named = bookDocument(['    Author:\n', '    a~1b: { type: boolean }\n    Author:\n'])
    expect(resolve(named, { $ref: '#/components/schemas/a~01b' })).toEqual({ type: 'boolean' })
  })

  it('names a reference whose first part does not exist', () => {
    expect(() => resolve(document, { $ref: '#/nowhere/at/all' })).toThrow(
      expect.objectContaining({
        name: 'ContractError',
        message: 'cannot resolve #/nowhere/at/all',
      }),
    )
    expect(() => resolve(document, { $ref: '#/nowhere/at/all' })).toThrow(ContractError)
  })

  it('names a reference that cannot be resolved', () => {
    expect(() => resolve(document, { $ref: '#/components/schemas/Nope' })).toThrow(
      'cannot resolve #/components/schemas/Nope',
    )
  })
})

describe('componentsOf', () => {
  const reached = (document: Document) =>
    Object.keys(
      componentsOf(document, 'schema', { $ref: '#/components/schemas/NewBook' }).schemas ?? {},
    )

  it('has only the components that a node refers to, and each once', () => {
    expect(reached(bookDocument()).sort()).toEqual(['Author', 'NewBook'])
    expect(reached(bookDocument(recursion)).sort()).toEqual(['Author', 'NewBook'])
  })

  it('has a whole component if a part of it is referred to', () => {
    const document = bookDocument(deepReference)
    const { schemas } = componentsOf(document, 'schema', {
      $ref: '#/components/schemas/BookChange',
    })
    expect(schemas?.NewBook).toEqual(document.components?.schemas?.NewBook)
  })

  it('is empty without references, and does not change the document', () => {
    const document = bookDocument()
    expect(componentsOf(document, 'schema', { type: 'string' })).toEqual({})
    componentsOf(document, 'schema', { $ref: '#/components/schemas/Book' })
    expect(document).toEqual(bookDocument())
  })
})

describe('references', () => {
  const found = (kind: Kind, part: unknown) => references(kind, part)

  it('are all $ref within a part, but not properties named $ref', () => {
    const schema = { properties: { $ref: { type: 'string', not: { $ref: '#/a' } } } }
    const content = { 'application/json': { schema }, 'text/plain': { schema: { $ref: '#/b' } } }
    expect(found('response', { content })).toEqual(['#/a', '#/b'])
  })

  it('are none in data', () => {
    const data = { $ref: '#/a' }
    const schema = { const: data, enum: [data], default: data, examples: [data], 'x-more': data }
    expect(found('schema', schema)).toEqual([])
    expect(found('mediaType', { schema, example: data, examples: { a: { value: data } } })).toEqual(
      [],
    )
  })
})
