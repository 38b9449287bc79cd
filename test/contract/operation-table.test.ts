import { describe, expect, it } from 'vitest'
import { bookContract } from './books.ts'
import type { Edit } from './edited.ts'

const secondSecurity: Edit = [
  'security: [{ OAuth2: ["books:write"] }]\n      requestBody: { $ref',
  'security: [{ OAuth2: ["books:write"] }, { OAuth2: ["books:write", "books:all"] }]\n      requestBody: { $ref',
]
const noSecurity: Edit = [
  'security: [{ OAuth2: ["books:write"] }]\n      requestBody: { $ref',
  'requestBody: { $ref',
]
const securityOfAll: Edit = ['webhooks:', 'security: [{ OAuth2: ["books:write"] }]\nwebhooks:']

describe('operationTable', () => {
  it('says of every operation what the types of its schemas do not', () => {
    expect(bookContract().operations.addBook).toEqual({
      method: 'post',
      path: '/books',
      tag: 'Books',
      security: [{ OAuth2: ['books:write'] }],
      scopes: ['books:write'],
      queries: [],
      headers: [],
      request: ['application/json'],
      requiresBody: true,
      responses: {
        201: ['application/json'],
        400: ['application/problem+json'],
        401: ['application/problem+json'],
        403: ['application/problem+json'],
        413: ['application/problem+json'],
        415: ['application/problem+json'],
        429: ['application/problem+json'],
        500: ['application/problem+json'],
        503: ['application/problem+json'],
      },
      errors: 'Problem',
    })
  })

  it('says of a public operation without a body that it has neither', () => {
    expect(bookContract().operations.listBooks).toMatchObject({
      security: [],
      scopes: [],
      request: [],
      requiresBody: false,
    })
  })

  it('has an answer without a body', () => {
    expect(bookContract().operations.removeBook?.responses[204]).toEqual([])
  })

  it('knows the operations whose errors are OAuth errors [C6]', () => {
    const { operations } = bookContract()
    const ids = Object.keys(operations).filter((id) => operations[id]?.errors === 'OAuthError')
    expect(ids).toEqual(['lendBook'])
  })

  it('knows the headers that are parameters', () => {
    expect(bookContract().operations.listBooks?.headers).toEqual(['X-Row', 'X-Shelf'])
  })

  it('has no webhooks', () => {
    expect(Object.keys(bookContract().operations)).not.toContain('bookSold')
  })

  it('collects the scopes of all alternatives, each once', () => {
    expect(bookContract(secondSecurity).operations.addBook?.scopes).toEqual([
      'books:write',
      'books:all',
    ])
  })

  it('takes the security of the whole contract where an operation says nothing', () => {
    const { operations } = bookContract(noSecurity, securityOfAll)
    expect(operations.addBook?.scopes).toEqual(['books:write'])
    expect(operations.listBooks?.scopes).toEqual([])
  })

  it('takes an operation for public where nothing says who may', () => {
    expect(bookContract(noSecurity).operations.addBook).toMatchObject({ security: [], scopes: [] })
  })
})
