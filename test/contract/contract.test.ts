import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { assertComplete, contractOf, scopesOf } from '../../src/contract/contract.ts'
import { problemDetails } from '../../src/contract/errors/problem-details.ts'
import { oauthErrors } from '../../src/oauth/oauth-error-format.ts'
import { bookServer } from './book-server.ts'
import { bookContract } from './books.ts'
import type { Edit } from './edited.ts'
import { repositoryCopy } from './repository-copy.ts'

const handlers = Object.fromEntries(
  Object.keys(bookContract().operations).map((id) => [id, () => undefined]),
)
const security = { OAuth2: async () => undefined }
const errors = [problemDetails(), oauthErrors]
const parts = { handlers, security, errors }

const dangling: readonly (readonly [what: string, mistake: Edit])[] = [
  ['parameter', ['parameters/BookId" }', 'parameters/Nope" }']],
  ['request body', ['requestBodies/NewBook" }', 'requestBodies/Nope" }']],
  [
    'schema of a request',
    [
      'schema: { $ref: "#/components/schemas/BookChange"',
      'schema: { $ref: "#/components/schemas/Nope"',
    ],
  ],
  [
    'response',
    [
      '"503": { $ref: "#/components/responses/Later"',
      '"503": { $ref: "#/components/responses/Nope"',
    ],
  ],
  [
    'schema of a response',
    [
      'Books: { type: array, items: { $ref: "#/components/schemas/Book"',
      'Books: { type: array, items: { $ref: "#/components/schemas/Nope"',
    ],
  ],
  [
    'header of a response',
    [
      'Retry-After: { $ref: "#/components/headers/RetryAfter"',
      'Retry-After: { $ref: "#/components/headers/Nope"',
    ],
  ],
]

describe('a contract stops the start', () => {
  it.each(dangling)('with an unresolvable reference to a %s', async (_, mistake) => {
    await expect(bookServer({ edits: [mistake] })).rejects.toThrow(
      /\/\$ref: cannot resolve #\/components\/\w+\/Nope/,
    )
  })
})

describe('contractOf rejects', () => {
  it.each([
    ['#/constructor', 'only components can be referred to, not #/constructor'],
    ['#/paths/~1books', 'only components can be referred to, not #/paths/~1books'],
    ['other.yaml', 'only components can be referred to, not other.yaml'],
    ['#/components/schemas/toString', 'cannot resolve #/components/schemas/toString'],
    ['#/components/schemas/Text/type', 'cannot resolve #/components/schemas/Text/type'],
    ['#/components/schemas/Loop', '#/components/schemas/Loop refers to itself'],
    ['#/components/schemas/Left', '#/components/schemas/Left refers to itself'],
  ])('a reference to %s', ($ref, says) => {
    const schemas = {
      Text: { type: 'string' },
      Loop: { $ref: '#/components/schemas/Loop' },
      Left: { $ref: '#/components/schemas/Right' },
      Right: { $ref: '#/components/schemas/Left' },
    }
    const content = { 'application/json': { schema: { $ref } } }
    const paths = { '/books': { post: { requestBody: { content }, responses: {} } } }
    const document = { openapi: '3.1.0', paths, components: { schemas } }
    const at = '/paths/~1books/post/requestBody/content/application~1json/schema/$ref'
    expect(() => contractOf(document)).toThrow(`openapi.yaml#${at}: ${says}`)
  })
})

describe('assertComplete', () => {
  it('passes for a complete implementation', () => {
    expect(() => assertComplete(bookContract(), parts)).not.toThrow()
  })

  it('names an operation without a handler', () => {
    const { readBook: _, ...others } = handlers
    expect(() => assertComplete(bookContract(), { ...parts, handlers: others })).toThrow(
      'the contract and the server differ: the operation readBook has no handler',
    )
  })

  it('names a handler that is not a function', () => {
    expect(() =>
      assertComplete(bookContract(), { ...parts, handlers: { ...handlers, readBook: {} } }),
    ).toThrow('the operation readBook has no handler')
  })

  it('names a handler without an operation', () => {
    const more = { ...handlers, readBooks: () => undefined }
    expect(() => assertComplete(bookContract(), { ...parts, handlers: more })).toThrow(
      'the handler readBooks has no operation',
    )
  })

  it('names a security scheme without a check', () => {
    expect(() => assertComplete(bookContract(), { ...parts, security: {} })).toThrow(
      'the security scheme OAuth2 has no check',
    )
  })

  it('takes roles of a scheme that declares no scopes, and scopes of OpenID Connect [K8]', () => {
    const scheme =
      'type: oauth2\n      flows: { password: { tokenUrl: /token, scopes: { "books:write": Change the books. } } }'
    const bearer = bookContract([scheme, 'type: http\n      scheme: bearer'])
    const openId = bookContract([
      scheme,
      'type: openIdConnect\n      openIdConnectUrl: /.well-known',
    ])
    expect(() => assertComplete(bearer, parts)).not.toThrow()
    expect(() => assertComplete(openId, parts)).not.toThrow()
  })

  it('names an operation whose error schema has no format [C6]', () => {
    expect(() => assertComplete(bookContract(), { ...parts, errors: [problemDetails()] })).toThrow(
      'the contract and the server differ: lendBook has errors of the schema OAuthError, which has no error format',
    )
  })

  const problem =
    '    Problem:\n      type: object\n      required: [type, title, status, code, detail]\n      properties:\n'
  const code = '        code: { type: string, minLength: 1 }\n'
  const before =
    '        type: { type: string }\n        title: { type: string, minLength: 1 }\n        status: { type: integer }\n'
  const invalid =
    'Invalid:\n      description: The request is invalid.\n      headers: { Cache-Control: { $ref: "#/components/headers/NoStore" } }\n      content: { application/'
  const unfit = 'the error format of Problem does not fit the response 400 of listBooks: '

  it.each<[string, Edit, string]>([
    [
      'does not declare a field',
      [problem + before + code, problem.replace('code, ', '') + before],
      `${unfit}body must NOT have additional properties {"additionalProperty":"code"}`,
    ],
    [
      'requires another field',
      [problem, problem.replace('[type', '[instance, type')],
      `${unfit}body must have required property 'instance'`,
    ],
    [
      'has another media type',
      [`${invalid}problem+json`, `${invalid}json`],
      `${unfit}media type application/problem+json is not declared`,
    ],
  ])('names an error response that %s [K43]', (_, edit, says) => {
    expect(() => assertComplete(bookContract(edit), parts)).toThrow(says)
  })

  it.each<[string, Edit]>([
    [
      'allows other fields',
      [
        problem,
        problem
          .replace('code, ', '')
          .replace('      properties', '      additionalProperties: true\n      properties'),
      ],
    ],
    ['declares no field', [problem, problem.replace('properties', 'patternProperties')]],
  ])('takes an error schema that %s', (_, edit) => {
    const contract = bookContract(edit, [code, ''])
    expect(() => assertComplete(contract, parts)).not.toThrow()
  })

  it('is called at the start of a server', async () => {
    const undeclared: Edit = ['"books:write": Change', '"books:wright": Change']
    await expect(bookServer({ edits: [undeclared] })).rejects.toThrow(
      'addBook requires books:write, which OAuth2 does not declare',
    )
  })

  it('lists all differences', () => {
    const { readBook: _, ...others } = handlers
    expect(() =>
      assertComplete(bookContract(), { handlers: others, security: {}, errors: [] }),
    ).toThrow(
      /^the contract and the server differ: the operation readBook has no handler; the security scheme OAuth2 has no check; listBooks has errors of the schema Problem, /,
    )
  })
})

describe('a contract without components', () => {
  const bare = contractOf(
    parse('{ openapi: 3.1.0, info: { title: Bare, version: 1.0.0 }, paths: {} }'),
  )

  it('is complete with an empty implementation', () => {
    expect(() => assertComplete(bare, { handlers: {}, security: {}, errors: [] })).not.toThrow()
  })

  it('has no scopes, and neither has a scheme other than OAuth2', () => {
    for (const { document } of [bare, contractOf({ ...bare.document, components: {} })])
      expect(scopesOf(document, 'OAuth2')).toEqual([])
    const scheme: Edit = [
      '    OAuth2:\n',
      '    Basic: { type: http, scheme: basic }\n    OAuth2:\n',
    ]
    const { document } = bookContract(scheme)
    expect(['Basic', 'OAuth2', 'None'].map((name) => scopesOf(document, name))).toEqual([
      [],
      ['books:write'],
      [],
    ])
  })
})

describe.concurrent('tessera serve', () => {
  it('does not start if openapi.yaml has changed since npm run generate', async () => {
    using copy = repositoryCopy()
    copy.edit('openapi.yaml', ['title: Tessera', 'title: Mosaic'])
    expect(await copy.node('src/start.js', 'serve')).toEqual({
      status: 1,
      out: '',
      err: 'tessera: openapi.yaml has changed since generate: run generate again\n',
    })
  })

  it('does not start if an operation has no handler', async () => {
    using copy = repositoryCopy()
    copy.edit('src/operations/index.ts', ['readJwks: readJwks(services),', ''])
    expect(await copy.node('src/start.js', 'serve')).toEqual({
      status: 1,
      out: '',
      err: 'tessera: the contract and the server differ: the operation readJwks has no handler\n',
    })
  })
})
