import { describe, expect, it } from 'vitest'
import { contractOf } from '../../../src/contract/contract.ts'
import { optionsOf, pathTable } from '../../../src/contract/routing/path-table.ts'
import { bookContract } from '../books.ts'

const find = pathTable(bookContract().operations)
const operationAt = (path: string, method: string) => find(path)?.methods.get(method)

describe('pathTable', () => {
  it('finds an operation by path and method', () => {
    expect(operationAt('/books', 'GET')).toBe('listBooks')
    expect(operationAt('/books', 'POST')).toBe('addBook')
    expect(operationAt('/books', 'PUT')).toBeUndefined()
  })

  it('finds a path with parameters', () => {
    expect(operationAt('/books/1', 'DELETE')).toBe('removeBook')
    expect(operationAt('/books/%2F..%2F', 'GET')).toBe('readBook')
    expect(operationAt('/shelves/a.b/books.all', 'GET')).toBe('exportShelf')
  })

  it('prefers a path without parameters', () => {
    expect(operationAt('/books/newest', 'GET')).toBe('readNewestBook')
    expect(operationAt('/books/newest', 'DELETE')).toBeUndefined()
  })

  it('finds the methods of templates that differ in the names of their parameters [K8]', () => {
    const { document } = bookContract()
    const id = { name: 'id', in: 'path', required: true, schema: {} } as const
    const put = { operationId: 'replaceBook', parameters: [id], responses: {} }
    const paths = { '/books/{id}': { put } }
    const { operations } = contractOf({ ...document, paths: { ...document.paths, ...paths } })
    const { methods, allow } = pathTable(operations)('/books/1') ?? {}
    expect(methods?.get('PUT')).toBe('replaceBook')
    expect(methods?.get('DELETE')).toBe('removeBook')
    expect(allow).toBe('GET, HEAD, PATCH, DELETE, PUT, OPTIONS')
  })

  it.each([
    '/',
    '/book',
    '/books/',
    '/books/1/2',
    '/Books',
    '/Books/1',
    '/old/books/1',
    '/shelves//books.all',
  ])('finds nothing at %s', (path) => {
    expect(find(path)).toBeUndefined()
  })

  it('distinguishes a path from the same with a trailing slash [S6]', () => {
    const { listBooks, addBook } = bookContract().operations
    if (!listBooks || !addBook) throw new Error('no such operation')
    const both = pathTable({ listBooks, addBook: { ...addBook, path: '/books/' } })
    expect(both('/books')?.allow).toBe('GET, HEAD, OPTIONS')
    expect(both('/books/')?.allow).toBe('POST, OPTIONS')
  })

  it('escapes the special characters of regular expressions', () => {
    expect(find('/shelves/a/booksXall')).toBeUndefined()
  })

  it('lists the methods of a path, HEAD if it has GET, and OPTIONS [D10]', () => {
    expect(find('/books')?.allow).toBe('GET, HEAD, POST, OPTIONS')
    expect(find('/books/1')?.allow).toBe('GET, HEAD, PATCH, DELETE, OPTIONS')
    expect(find('/loans')?.allow).toBe('POST, OPTIONS')
  })

  it('has the media types of a change, if the path has PATCH [D12]', () => {
    const change = 'application/json: { schema: { $ref: "#/components/schemas/BookChange" } }'
    const both = bookContract([change, `${change}, application/merge-patch+json: {}`])
    const { acceptPatch } = pathTable(both.operations)('/books/1') ?? {}
    expect(acceptPatch).toBe('application/json, application/merge-patch+json')
    expect(find('/books')?.acceptPatch).toBeUndefined()
  })

  it('has the error schema of the first operation of a path [A1]', () => {
    expect(find('/books')?.errors).toBe('Problem')
    expect(find('/loans')?.errors).toBe('OAuthError')
    const { listBooks, addBook } = bookContract().operations
    if (!listBooks || !addBook) throw new Error('no such operation')
    const mixed = pathTable({ listBooks, addBook: { ...addBook, errors: 'Other' } })
    expect(mixed('/books')?.errors).toBe('Problem')
  })
})

describe('optionsOf', () => {
  it('names the methods of the path, and the media types of a change [D10, D12]', () => {
    const changing = find('/books/1')
    const other = find('/loans')
    if (!changing || !other) throw new Error('no such path')
    expect(optionsOf(changing)).toEqual({
      status: 204,
      headers: { Allow: changing.allow, 'Accept-Patch': 'application/json' },
    })
    expect(optionsOf(other)).toEqual({ status: 204, headers: { Allow: other.allow } })
  })
})
