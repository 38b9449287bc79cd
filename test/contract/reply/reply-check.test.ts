import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import type { OutgoingResponse } from '../../../src/contract/reply/reply.ts'
import {
  isCommonHeader,
  type ReplyCheck,
  replyCheck,
} from '../../../src/contract/reply/reply-check.ts'
import { emma, noStore } from '../book-server.ts'
import { bookContract } from '../books.ts'
import type { Edit } from '../edited.ts'

let faultsOf: ReplyCheck
beforeAll(() => {
  const { document, operations } = bookContract()
  faultsOf = replyCheck(document, operations)
})
const headers = { 'cache-control': 'no-store' }
const book = (more: Partial<OutgoingResponse> = {}): OutgoingResponse => ({
  status: 200,
  headers: noStore,
  mediaType: 'application/json',
  body: emma,
  ...more,
})

const wrongBodies = [
  [
    'an undeclared field',
    { ...emma, hash: 'x' },
    /^body must NOT have additional properties .*"hash"/,
  ],
  [
    'an undeclared field of a nested object',
    { ...emma, authors: [{ name: 'Jane' }, { name: 'Anne', hash: 'x' }] },
    /^body\/authors\/1 must NOT have additional properties .*"hash"/,
  ],
  ['a missing field', { book_id: 1, title: 'Emma' }, /^body must have required property 'authors'/],
  ['a field of a different type', { ...emma, title: 1 }, /^body\/title must be string/],
  ['a field out of range', { ...emma, title: '' }, /^body\/title must NOT have fewer than 1/],
  ['null', null, /^body must be object/],
] as const

describe('replyCheck finds no fault with', () => {
  it('a response that conforms to the contract', () => {
    expect(faultsOf('readBook', book(), headers)).toEqual([])
  })

  it('a response without a body, if none is declared', () => {
    expect(faultsOf('removeBook', { status: 204, headers: {} }, {})).toEqual([])
  })

  it('a missing optional header', () => {
    const location = { ...headers, location: '/books/1' }
    expect(faultsOf('addBook', book({ status: 201 }), location)).toEqual([])
    const modified = { ...location, 'last-modified': 'today' }
    expect(faultsOf('addBook', book({ status: 201 }), modified)).toEqual([])
  })

  it('a number in a header', () => {
    const list = book({ headers: {}, body: [emma] })
    expect(faultsOf('listBooks', list, { 'x-total': '1' })).toEqual([])
    expect(faultsOf('listBooks', list, { 'x-total': 1 })).toEqual([])
  })

  it('a header of the error format that the contract does not declare', () => {
    const document = parse(`
openapi: 3.1.0
paths: { /: { get: { operationId: read, responses: { 404: { description: None. } } } } }`)
    const check = replyCheck(document, contractOf(document).operations)
    expect(check('read', { status: 404, headers: { 'Cache-Control': 'no-store' } }, {})).toEqual([])
    expect(check('read', { status: 404, headers: { 'X-Shelf': 'A' } }, {})).toEqual([
      'header x-shelf is not declared',
    ])
  })

  it('the headers of HTTP and of the middleware', () => {
    const more = {
      ...headers,
      'x-powered-by': 'Express',
      date: 'today',
      vary: 'Origin',
      'content-length': 9,
    }
    expect(faultsOf('readBook', book(), more)).toEqual([])
  })
})

describe('replyCheck finds a fault with', () => {
  it('an undeclared status', () => {
    expect(faultsOf('readBook', book({ status: 206 }), headers)).toEqual([
      'status 206 is not declared',
    ])
  })

  it('an unknown operation', () => {
    expect(faultsOf('burnBook', book(), headers)).toEqual(['status 200 is not declared'])
  })

  it('an undeclared media type', () => {
    expect(faultsOf('readBook', book({ mediaType: 'text/html' }), headers)).toEqual([
      'media type text/html is not declared',
    ])
  })

  it('a missing body', () => {
    expect(faultsOf('readBook', { status: 200, headers: noStore }, headers)).toEqual([
      'the body is missing',
    ])
  })

  it('an undeclared body', () => {
    expect(faultsOf('removeBook', book({ status: 204, headers: {} }), {})).toEqual([
      'media type application/json is not declared',
    ])
  })

  it.each(wrongBodies)('a body with %s', (_, body, says) => {
    expect(faultsOf('readBook', book({ body }), headers)).toEqual([expect.stringMatching(says)])
  })

  it('an undeclared header', () => {
    const named = book({ headers: { ...noStore, 'X-Shelf': 'A' } })
    expect(faultsOf('readBook', named, headers)).toEqual(['header x-shelf is not declared'])
  })

  it('a missing header', () => {
    expect(faultsOf('readBook', book(), {})).toEqual(['header cache-control is missing'])
  })

  it('a header with an invalid value', () => {
    expect(faultsOf('readBook', book(), { 'cache-control': 'public' })).toEqual([
      expect.stringMatching(/^header cache-control must be equal to constant/),
    ])
    expect(faultsOf('listBooks', book({ headers: {}, body: [] }), { 'x-total': '-1' })).toEqual([
      expect.stringMatching(/^header x-total must be >= 0/),
    ])
    expect(
      faultsOf('listBooks', book({ headers: {}, body: [] }), { 'x-total': 'many' }),
    ).toContainEqual(expect.stringMatching(/^header x-total must be integer/))
  })

  it('all faults together', () => {
    const response = book({ headers: { Server: 'a' }, body: { ...emma, title: 1, hash: 'x' } })
    expect(faultsOf('readBook', response, { server: 'a' })).toHaveLength(4)
  })
})

describe('replyCheck of a different contract', () => {
  const checkOf = (...edits: readonly Edit[]) => {
    const { document, operations } = bookContract(...edits)
    return replyCheck(document, operations)
  }
  const bookWith = (field: string, schema: string): Edit => [
    'subtitle: { type: string, maxLength: 100 }',
    `${field}: ${schema}`,
  ]

  it('finds no fault with a header without a schema', () => {
    const check = checkOf(['Last-Modified: { schema: { type: string } }', 'Last-Modified: {}'])
    const sent = { ...headers, location: '/books/1', 'last-modified': 'today' }
    expect(check('addBook', book({ status: 201 }), sent)).toEqual([])
  })

  it('finds no fault with a declared null', () => {
    const check = checkOf(bookWith('subtitle', '{ enum: [null, Persuasion] }'))
    expect(check('readBook', book({ body: { ...emma, subtitle: null } }), headers)).toEqual([])
  })

  it.each(['constructor', 'toString', 'valueOf'])(
    'takes %s for a property, or a header, only if the reply has it [K1]',
    (name) => {
      const ofField = checkOf(bookWith(name, '{ type: string }'))
      expect(ofField('readBook', book(), headers)).toEqual([])
      const wrong = ofField('readBook', book({ body: { ...emma, [name]: 1 } }), headers)
      expect(wrong).toEqual([`body/${name} must be string {"type":"string"}`])
      const ofHeader = checkOf(['Last-Modified: { schema:', `${name}: { schema:`])
      const sent = { ...headers, location: '/books/1' }
      expect(ofHeader('addBook', book({ status: 201 }), sent)).toEqual([])
    },
  )

  it.each([
    ['an object without declared properties', '{ type: object }'],
    [
      'an object that allows additional properties',
      '{ type: object, properties: { a: {} }, additionalProperties: { type: integer } }',
    ],
  ])('finds no fault with %s', (_, schema) => {
    const check = checkOf(bookWith('marks', schema))
    expect(check('readBook', book({ body: { ...emma, marks: { b: 1 } } }), headers)).toEqual([])
  })

  it('closes an object of several parts as a whole', () => {
    const part = (name: string) => `{ type: object, properties: { ${name}: { type: integer } } }`
    const check = checkOf(bookWith('marks', `{ allOf: [${part('a')}, ${part('b')}] }`))
    const faults = (marks: object) => check('readBook', book({ body: { ...emma, marks } }), headers)
    expect(faults({ a: 1, b: 2 })).toEqual([])
    expect(faults({ a: 1, c: 3 })).toEqual([
      'body/marks must NOT have unevaluated properties {"unevaluatedProperty":"c"}',
    ])
  })

  it('finds every response undeclared without operations and components', () => {
    const bare = parse('{ openapi: 3.1.0, info: { title: Bare, version: 1.0.0 }, paths: {} }')
    const check = replyCheck(bare, {})
    expect(check('readBook', book(), headers)).toEqual(['status 200 is not declared'])
  })
})

describe('isCommonHeader', () => {
  it('recognizes the headers that any operation may send [J5]', () => {
    for (const name of ['Date', 'content-security-policy', 'Access-Control-Max-Age'])
      expect(isCommonHeader(name)).toBe(true)
    for (const name of [
      'Cache-Control',
      'X-Request-Id',
      'WWW-Authenticate',
      'Location',
      'X-Powered-By',
      'Set-Cookie',
    ])
      expect(isCommonHeader(name)).toBe(false)
  })

  it('takes the challenge of a 401, which HTTP requires [J5]', () => {
    expect(isCommonHeader('WWW-Authenticate', 401)).toBe(true)
    expect(isCommonHeader('WWW-Authenticate', 403)).toBe(false)
  })
})
