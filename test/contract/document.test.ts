import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ContractError, references, resolve, slice } from '../../src/contract/document.ts'
import type { Schema } from '../../src/contract/openapi.ts'
import { bookDocument } from './books.ts'
import type { Edit } from './edited.ts'

const title = 'title: { type: string, minLength: 1, maxLength: 100 }'
/** A reference to a part of a component, beside one to the whole of it. */
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

  it('leaves what is no reference', () => {
    const schema: Schema = { type: 'string' }
    expect(resolve(document, schema)).toBe(schema)
  })

  it('follows a reference, and the one that it leads to', () => {
    const twice = bookDocument([
      'schemas:\n    Author:',
      'schemas:\n    Writer: { $ref: "#/components/schemas/Author" }\n    Author:',
    ])
    expect(resolve(twice, { $ref: '#/components/schemas/Writer' })).toBe(
      twice.components?.schemas?.Author,
    )
  })

  it('follows a reference through names that are escaped', () => {
    const shelf = resolve(document, { $ref: '#/paths/~1shelves~1{shelf}~1books.all' })
    expect(shelf).toBe(document.paths['/shelves/{shelf}/books.all'])
  })

  it('reads ~0 as ~ and ~1 as /, in this order (RFC 6901 §4)', () => {
    const named = bookDocument(['    Author:\n', '    a~1b: { type: boolean }\n    Author:\n'])
    expect(resolve(named, { $ref: '#/components/schemas/a~01b' })).toEqual({ type: 'boolean' })
  })

  it('names a reference of which not even the beginning leads anywhere', () => {
    expect(() => resolve(document, { $ref: '#/nowhere/at/all' })).toThrow(
      expect.objectContaining({
        name: 'ContractError',
        message: 'openapi.yaml: cannot resolve #/nowhere/at/all',
      }),
    )
    expect(() => resolve(document, { $ref: '#/nowhere/at/all' })).toThrow(ContractError)
  })

  it('names a reference that leads nowhere', () => {
    expect(() => resolve(document, { $ref: '#/components/schemas/Nope' })).toThrow(
      'openapi.yaml: cannot resolve #/components/schemas/Nope',
    )
  })
})

describe('slice', () => {
  it('has one operation, with the parameters of its path and no answers', () => {
    const { paths } = slice(bookDocument(), '/books/{book_id}', 'patch')
    expect(Object.keys(paths)).toEqual(['/books/{book_id}'])
    expect(paths['/books/{book_id}']).toEqual({
      parameters: [{ $ref: '#/components/parameters/BookId' }],
      patch: expect.objectContaining({ operationId: 'updateBook', responses: {} }),
    })
  })

  it('has the components that the request reaches, and no others', () => {
    const { components } = slice(bookDocument(), '/books', 'post')
    expect(Object.keys(components ?? {}).sort()).toEqual(['requestBodies', 'schemas'])
    expect(Object.keys(components?.schemas ?? {}).sort()).toEqual(['Author', 'NewBook'])
  })

  it('has a component that reaches itself', () => {
    const { components } = slice(bookDocument(recursion), '/books', 'post')
    expect(Object.keys(components?.schemas ?? {}).sort()).toEqual(['Author', 'NewBook'])
  })

  it('has a component as a whole, though only a part of it is reached', () => {
    const document = bookDocument(deepReference)
    const { components } = slice(document, '/books/{book_id}', 'patch')
    expect(components?.schemas?.NewBook).toEqual(document.components?.schemas?.NewBook)
  })

  it('has no security', () => {
    expect(slice(bookDocument(), '/books', 'post').paths['/books']?.post?.security).toEqual([])
  })

  it('has no parameters and no components where there are none', () => {
    const bare =
      '{ openapi: 3.1.0, info: { title: Bare, version: 1.0.0 }, paths: { /: { get: {} } } }'
    const sliced = slice(parse(bare), '/', 'get')
    expect(sliced.paths).toEqual({ '/': { parameters: [], get: { security: [], responses: {} } } })
    expect(sliced.components).toEqual({})
  })

  it('leaves the document as it was', () => {
    const document = bookDocument()
    slice(document, '/books', 'post')
    expect(document).toEqual(bookDocument())
  })

  it('names an operation that is not there', () => {
    expect(() => slice(bookDocument(), '/books', 'delete')).toThrow(
      'openapi.yaml has no delete /books',
    )
  })
})

describe('references', () => {
  it('are all $ref below a node, and not what is only called so', () => {
    const schema = { properties: { $ref: { type: 'string', not: { $ref: '#/a' } } } }
    expect(references([schema, { $ref: '#/b', default: null, example: 'x' }])).toEqual([
      '#/a',
      '#/b',
    ])
  })
})
