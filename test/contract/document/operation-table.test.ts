import { describe, expect, it } from 'vitest'
import { bookContract } from '../books.ts'
import type { Edit } from '../edited.ts'

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
  it('describes an operation', () => {
    expect(bookContract().operations.addBook).toEqual({
      method: 'post',
      path: '/books',
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

  it('describes a public operation without a body', () => {
    expect(bookContract().operations.listBooks).toMatchObject({
      security: [],
      scopes: [],
      request: [],
      requiresBody: false,
    })
  })

  it('describes a response without a body', () => {
    expect(bookContract().operations.removeBook?.responses[204]).toEqual([])
  })

  it('names the error schema of operations with OAuth errors [C6]', () => {
    const { operations } = bookContract()
    const ids = Object.keys(operations).filter((id) => operations[id]?.errors === 'OAuthError')
    expect(ids).toEqual(['lendBook'])
  })

  it('lists the header parameters', () => {
    expect(bookContract().operations.listBooks?.headers).toEqual(['X-Row', 'X-Shelf'])
  })

  it('contains no webhooks', () => {
    expect(Object.keys(bookContract().operations)).not.toContain('bookSold')
  })

  it('collects the distinct scopes of all alternatives', () => {
    const declared: Edit = ['"books:write": Change', '"books:all": All., "books:write": Change']
    expect(bookContract(secondSecurity, declared).operations.addBook?.scopes).toEqual([
      'books:write',
      'books:all',
    ])
  })

  it('uses the security of the document if an operation has none', () => {
    const { operations } = bookContract(noSecurity, securityOfAll)
    expect(operations.addBook?.scopes).toEqual(['books:write'])
    expect(operations.listBooks?.scopes).toEqual([])
  })

  it('treats an operation without any security as public', () => {
    expect(bookContract(noSecurity).operations.addBook).toMatchObject({ security: [], scopes: [] })
  })

  it.each<[what: string, edit: Edit]>([
    [
      'of several schemas',
      [
        '"429": { $ref: "#/components/responses/Later" }',
        '"429": { $ref: "#/components/responses/LoanRefused" }',
      ],
    ],
    [
      'with an inline schema',
      [
        'content: { application/problem+json: { schema: { $ref: "#/components/schemas/Problem" } } }\n    Unauthorized',
        'content: { application/problem+json: { schema: { type: object } } }\n    Unauthorized',
      ],
    ],
    [
      'without a schema',
      [
        'content: { application/problem+json: { schema: { $ref: "#/components/schemas/Problem" } } }\n    Unauthorized',
        'content: { application/problem+json: {} }\n    Unauthorized',
      ],
    ],
  ])('names no error schema of errors %s', (_, edit) => {
    expect(bookContract(edit).operations.addBook).not.toHaveProperty('errors')
  })

  it('names no error schema of an operation without errors', () => {
    const none = '"400": { $ref: "#/components/responses/LoanRefused" }'
    const edits: Edit[] = [
      [none, '"202": { description: Later }'],
      ['"413": { $ref: "#/components/responses/LoanRefused" }\n', '\n'],
      ['"500": { $ref: "#/components/responses/LoanRefused" }\n', '\n'],
    ]
    const { lendBook } = bookContract(...edits).operations
    expect(Object.keys(lendBook?.responses ?? {})).toEqual(['200', '202'])
    expect(lendBook).not.toHaveProperty('errors')
  })
})

describe('operationTable rejects', () => {
  it('two operations of one path, whose parameters have different names [K8]', () => {
    expect(() => bookContract(['  /shelves/{shelf}/books.all:', '  /books/{id}:'])).toThrow(
      ': get /books/{id} is the same path as /books/{book_id}',
    )
  })
})
