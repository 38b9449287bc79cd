import { describe, expect, it } from 'vitest'
import type { Document } from '../../../src/contract/document/openapi.ts'
import { operationIdOf, withOperationIds } from '../../../src/contract/document/operation-names.ts'
import { bookContract } from '../books.ts'

const documentWith = (paths: Document['paths']): Document => ({ openapi: '3.1.0', paths })

describe('operationIdOf', () => {
  it.each([
    ['/books', 'getBooks'],
    ['/', 'get'],
    ['/books/{book_id}/pages', 'getBooksByBookIdPages'],
    ['/books/by-author', 'getBooksByAuthor'],
    ['/.well-known/jwks.json', 'getWellKnownJwksJson'],
    ['/books/', 'getBooks'],
  ])('makes of GET %s %s', (path, id) => {
    expect(operationIdOf('get', path)).toBe(id)
  })
})

describe('withOperationIds', () => {
  it('names only the operations without a name, and changes nothing else', () => {
    const parameters = [{ $ref: '#/components/parameters/BookId' }]
    const document = documentWith({
      '/books/{id}': { parameters, get: {}, put: { operationId: 'replace' } },
    })
    expect(withOperationIds(document)).toEqual(
      documentWith({
        '/books/{id}': {
          parameters,
          get: { operationId: 'getBooksById' },
          put: { operationId: 'replace' },
        },
      }),
    )
    expect(document.paths['/books/{id}']?.get).toEqual({})
  })

  it('is applied to every contract', () => {
    const { operations, document } = bookContract(['operationId: listBooks', 'summary: Nameless'])
    expect(operations.getBooks).toMatchObject({ method: 'get', path: '/books' })
    expect(document.paths['/books']?.get?.operationId).toBe('getBooks')
  })
})
