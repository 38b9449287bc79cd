/** Servers of the books contract, each with one planted fault, and what the kit says about it. */

import type { ContractTestOptions } from '../../../src/contract/kit/options.ts'
import type { Behavior } from '../book-server.ts'
import { emma, noStore, unknown } from '../book-server.ts'
import type { Edit } from '../edited.ts'
import type { Change } from './changed-server.ts'
import { tokenCheck } from './library.ts'

export interface Fault {
  readonly edits?: readonly Edit[]
  readonly behavior?: Behavior
  readonly checkReplies?: boolean
  /** Changes requests and responses on their way. */
  readonly change?: Change
  readonly options?: Partial<ContractTestOptions>
  /** A part of the full title of a test that fails, and of its message. */
  readonly red: readonly [title: string, message: string]
}

const isRead = (target: string) => /^GET \/books\/\d+$/.test(target)

function shelfOf(mediaType: string, schema: string): readonly Edit[] {
  const titles = 'application/vnd.titles+json: { schema: { $ref: "#/components/schemas/Titles" } }'
  return [[titles, `${mediaType}: { schema: ${schema} }`]]
}

function shelf(mediaType: string, text: string): NonNullable<Change['response']> {
  return (each) =>
    each.target.startsWith('GET /shelves/') && each.status === 200
      ? { ...each, headers: { ...each.headers, 'content-type': mediaType }, text }
      : each
}

const bothCredentials: ContractTestOptions['credentials'] = {
  OAuth2: (scopes) => ({ authorization: `Bearer emma.${scopes.join('.')}` }),
  Key: () => ({ 'x-key': 'emma' }),
}

/** Accepts any key. */
const anyKey: Behavior['checkKey'] = async ({ headers }, _scopes, refuse) => {
  if (!headers['x-key']) throw refuse[401]?.(...unknown)
  return {}
}

function withKey(requirement: string): readonly Edit[] {
  const operation = 'operationId: addBook\n      tags: [Books]\n      security: '
  const schemes = '  securitySchemes:\n'
  return [
    [`${operation}[{ OAuth2: ["books:write"] }]`, `${operation}[{ ${requirement} }]`],
    [schemes, `${schemes}    Key: { type: apiKey, in: header, name: X-Key }\n`],
  ]
}

const removedOnce: readonly Edit[] = [
  [
    '        "204": { description: It is gone. }',
    '        "204": { description: It is gone. }\n        "404": { description: None., content: { application/problem+json: { schema: { $ref: "#/components/schemas/Problem" } } } }',
  ],
]

const refusedCredentials: Pick<Fault, 'edits' | 'options'> = {
  edits: removedOnce,
  options: { credentials: { OAuth2: () => ({ authorization: 'Bearer nobody' }) } },
}

/** Fails, but for the book that exists. */
const failing: Pick<Fault, 'edits' | 'behavior' | 'options'> = {
  edits: removedOnce,
  behavior: {
    handlers: {
      removeBook: ({ path }, respond) => {
        if (Object(path).book_id !== 1) throw new Error('no such refusal')
        return respond[204]?.({ headers: {} })
      },
    },
  },
  options: { make: { removeBook: () => ({ path: { book_id: 1 } }) } },
}

export const faults: Readonly<Record<string, Fault>> = {
  'an undeclared status': {
    change: {
      response: (each) =>
        isRead(each.target) && each.status === 200 ? { ...each, status: 206 } : each,
    },
    red: ['readBook: GET /books/{book_id} declares every status', 'the status 206 is not declared'],
  },
  'an undeclared field': {
    change: {
      response: (each) =>
        isRead(each.target) && each.status === 200
          ? { ...each, text: JSON.stringify({ ...emma, hash: 'x' }) }
          : each,
    },
    red: ['readBook: GET /books/{book_id} answers requests', '{"additionalProperty":"hash"}'],
  },
  'a field of requests only that is sent': {
    edits: [
      [
        '        subtitle: { type: string, maxLength: 100 }',
        '        subtitle: { type: string, maxLength: 100 }\n        secret: { type: string, writeOnly: true }',
      ],
    ],
    change: {
      response: (each) =>
        isRead(each.target) && each.status === 200
          ? { ...each, text: JSON.stringify({ ...emma, secret: 'x' }) }
          : each,
    },
    red: [
      'readBook: GET /books/{book_id} answers requests',
      'body/secret must be absent in a response',
    ],
  },
  'an undeclared field that the server itself refuses': {
    behavior: {
      handlers: {
        readBook: (_request, respond) =>
          respond[200]?.({ headers: noStore, body: { ...emma, hash: 'x' } }),
      },
    },
    red: [
      'readBook: GET /books/{book_id} answers requests',
      'The server failed: Error: readBook 200: body must NOT have additional properties {"additionalProperty":"hash"}',
    ],
  },
  'a missing header': {
    change: { response: (each) => (isRead(each.target) ? without(each, 'cache-control') : each) },
    red: ['readBook: GET /books/{book_id} answers requests', 'the header cache-control is missing'],
  },
  'an undeclared header': {
    change: { response: (each) => ({ ...each, headers: { ...each.headers, 'x-debug': '1' } }) },
    red: [
      'readBook: GET /books/{book_id} answers requests',
      "the header x-debug is not declared: declare it, or give `headers: ['x-debug']` if middleware sets it",
    ],
  },
  'a header with a wrong value': {
    change: {
      response: (each) =>
        'x-total' in each.headers
          ? { ...each, headers: { ...each.headers, 'x-total': 'many' } }
          : each,
    },
    red: [
      'listBooks: GET /books answers requests',
      'the header x-total is "many", which its schema does not allow',
    ],
  },
  'a header with a wrong item in its list': {
    edits: [
      [
        'X-Total: { required: true, schema: { type: integer, minimum: 0 } }',
        'X-Total: { required: true, schema: { type: array, items: { type: integer } } }',
      ],
    ],
    checkReplies: false,
    change: {
      response: (each) =>
        'x-total' in each.headers
          ? { ...each, headers: { ...each.headers, 'x-total': '1,many' } }
          : each,
    },
    red: [
      'listBooks: GET /books answers requests',
      'the header x-total is "1,many", which its schema does not allow',
    ],
  },
  'a text that its schema does not allow': {
    edits: shelfOf('text/plain', '{ type: string, enum: [Emma] }'),
    change: { response: shelf('text/plain', 'Persuasion') },
    red: [
      'exportShelf: GET /shelves/{shelf}/books.all answers requests',
      'body must be equal to one of the allowed values',
    ],
  },
  'a line of a stream that is not of its schema': {
    edits: shelfOf('application/x-ndjson', '{ $ref: "#/components/schemas/Author" }'),
    change: { response: shelf('application/x-ndjson', '{"name":"Jane"}\n{"born":1775}\n') },
    red: [
      'exportShelf: GET /shelves/{shelf}/books.all answers requests',
      "line must have required property 'name'",
    ],
  },
  'an event whose data is not of its schema': {
    edits: shelfOf('text/event-stream', '{ $ref: "#/components/schemas/Author" }'),
    change: {
      response: shelf('text/event-stream', ':\n\ndata: {"name":"Jane",\ndata: "hash":1}\n\n'),
    },
    red: [
      'exportShelf: GET /shelves/{shelf}/books.all answers requests',
      'data must NOT have additional properties {"additionalProperty":"hash"}',
    ],
  },
  'another media type': {
    change: {
      response: (each) =>
        isRead(each.target)
          ? { ...each, headers: { ...each.headers, 'content-type': 'text/html' } }
          : each,
    },
    red: [
      'readBook: GET /books/{book_id} answers requests',
      'the media type text/html is not declared: application/json is',
    ],
  },
  'a body that is not JSON': {
    change: { response: (each) => (isRead(each.target) ? { ...each, text: '{' } : each) },
    red: ['readBook: GET /books/{book_id} answers requests', 'the body is not JSON'],
  },
  'a code that is not in x-codes': {
    edits: [
      [
        '    Invalid:\n      description:',
        '    Invalid:\n      x-codes: [invalid_request, content_too_large, unsupported_media_type]\n      description:',
      ],
    ],
    change: {
      response: (each) => ({
        ...each,
        text: each.text.replaceAll('unsupported_media_type', 'other_type'),
      }),
    },
    red: [
      'addBook: POST /books refuses a body of another media type',
      'the code other_type is not in x-codes: invalid_request, content_too_large, unsupported_media_type',
    ],
  },
  'a refusal of what the contract allows': {
    behavior: {
      handlers: {
        listBooks: ({ query }, respond, refuse) => {
          if ('title' in Object(query)) throw refuse[400]?.('no_titles', 'No titles')
          return respond[200]?.({ headers: { 'X-Total': '1' }, body: [emma] })
        },
      },
    },
    red: [
      'listBooks: GET /books answers requests',
      'a request that the contract allows is refused with 400',
    ],
  },
  'a handler that fails': {
    behavior: {
      handlers: {
        readBook: ({ path }, respond) => {
          if (Object(path).book_id > 1000) throw new Error('there is no such row')
          return respond[200]?.({ headers: noStore, body: emma })
        },
      },
    },
    red: ['no handler failed', 'readBook: Error: there is no such row'],
  },
  'a refusal that is made and not thrown': {
    behavior: {
      handlers: {
        readBook: (_request, respond, refuse) => {
          refuse[400]?.('invalid', 'No such book')
          return respond[200]?.({ headers: noStore, body: emma })
        },
      },
    },
    red: ['no handler failed', 'readBook: Error: readBook made the refusal 400 invalid at '],
  },
  'an undeclared field of a request that is sent back': {
    edits: [
      [
        '    NewBook:\n      type: object\n      additionalProperties: false\n',
        '    NewBook:\n      type: object\n',
      ],
    ],
    behavior: {
      handlers: {
        addBook: ({ body }, respond) =>
          respond[201]?.({
            headers: { ...noStore, Location: '/books/1' },
            body: { ...emma, ...Object(body) },
          }),
      },
    },
    red: [
      'addBook: POST /books answers a body with undeclared fields',
      'addBook 201: body must NOT have additional properties {"additionalProperty":"undeclaredField"}',
    ],
  },
  'an undeclared field within a request that is sent back': {
    behavior: {
      handlers: {
        addBook: ({ body }, respond) =>
          respond[201]?.({
            headers: { ...noStore, Location: '/books/1' },
            body: { ...emma, authors: Object(body).authors },
          }),
      },
    },
    red: [
      'addBook: POST /books answers a body with undeclared fields',
      'body/authors/0 must NOT have additional properties {"additionalProperty":"undeclaredField"}',
    ],
  },
  'a failure whose text is sent': {
    change: {
      response: (each) =>
        each.status === 500
          ? {
              ...each,
              text: each.text.replace('Internal server error', 'failed at /srv/books.js:12'),
            }
          : each,
    },
    red: [
      'readBook: GET /books/{book_id} 500: answers a failure inside',
      'the response tells of the failure: .js:1',
    ],
  },
  'a failure that is answered with 200': {
    change: {
      response: (each) =>
        each.status === 500 && isRead(each.target)
          ? {
              ...each,
              status: 200,
              headers: { ...noStoreHeaders, 'content-type': 'application/json' },
              text: JSON.stringify(emma),
            }
          : each,
    },
    red: [
      'readBook: GET /books/{book_id} 500: answers a failure inside',
      'a handler that throws is answered with 200',
    ],
  },
  'credentials that are not checked': {
    behavior: { check: async () => ({}) },
    red: [
      'addBook: POST /books 401: refuses a request without credentials',
      'the status is 201 and not 401',
    ],
  },
  'wrong credentials that are accepted': {
    behavior: {
      check: async (req, scopes, refuse) =>
        req.headers.authorization?.startsWith('Bearer') ? {} : tokenCheck(req, scopes, refuse),
    },
    red: ['addBook: POST /books 401: refuses wrong credentials', 'the status is 201 and not 401'],
  },
  'a token without the name of its scheme that is accepted': {
    behavior: {
      check: async ({ headers: { authorization = '' } }, _scopes, refuse) => {
        if (authorization.replace(/^Bearer /, '') !== 'emma.books:write')
          throw refuse[401]?.(...unknown)
        return {}
      },
    },
    red: ['addBook: POST /books 401: refuses wrong credentials', 'the status is 201 and not 401'],
  },
  'a scheme of two that is not checked': {
    edits: withKey('OAuth2: ["books:write"], Key: []'),
    behavior: { checkKey: async () => ({}) },
    options: { credentials: bothCredentials },
    red: ['addBook: POST /books 401: refuses OAuth2 without Key', 'the status is 201 and not 401'],
  },
  'wrong credentials of a scheme of two that are accepted': {
    edits: withKey('OAuth2: ["books:write"], Key: []'),
    behavior: { checkKey: anyKey },
    options: { credentials: bothCredentials },
    red: [
      'addBook: POST /books 401: refuses wrong credentials of Key beside those of OAuth2',
      'the status is 201 and not 401',
    ],
  },
  'wrong credentials of an alternative that are accepted': {
    edits: withKey('OAuth2: ["books:write"] }, { Key: []'),
    behavior: { checkKey: anyKey },
    options: { credentials: bothCredentials },
    red: [
      'addBook: POST /books 401: refuses wrong credentials of Key',
      'the status is 201 and not 401',
    ],
  },
  'a scope that is not checked': {
    behavior: { check: (req, _scopes, refuse) => tokenCheck(req, [], refuse) },
    red: [
      'addBook: POST /books 403: refuses credentials without the scope books:write',
      'credentials without books:write get 201 and not 403; check that `credentials` gives exactly the scopes that it is asked for (OAuth2: [',
    ],
  },
  'right credentials that are refused': {
    behavior: { check: (req, _scopes, refuse) => tokenCheck(req, ['books:read'], refuse) },
    red: ['addBook: POST /books accepts OAuth2 alone', 'valid credentials are refused with 403'],
  },
  'a 401 without a challenge': {
    change: { response: (each) => without(each, 'www-authenticate') },
    red: [
      'addBook: POST /books 401: refuses a request without credentials',
      'the header www-authenticate is missing',
    ],
  },
  'an unknown parameter that is accepted': {
    change: { request: (each) => ({ ...each, target: each.target.replace(/\?.*/, '') }) },
    red: [
      'readBook: GET /books/{book_id} refuses unknown query parameters',
      'the server accepts unknown query parameters: the status is 200',
    ],
  },
  'a wrong value that is accepted': {
    change: {
      request: (each) => ({
        ...each,
        target: each.target.replace(/(?<=^\/books\/)(?!newest)[^/?]+/, '1'),
      }),
    },
    red: [
      'readBook: GET /books/{book_id} refuses wrong values of the path parameter book_id',
      'the server accepts wrong values of the path parameter book_id: the status is 200',
    ],
  },
  'another media type of a request that is accepted': {
    change: {
      request: (each) => ({
        ...each,
        headers: {
          ...each.headers,
          ...('content-type' in each.headers && { 'content-type': 'application/json' }),
        },
      }),
    },
    red: [
      'addBook: POST /books refuses a body of another media type',
      'the server accepts a body of another media type: the status is 201',
    ],
  },
  'a missing field that is accepted': {
    edits: [
      [
        '      required: [title, authors]\n      properties:\n        title: { type: string, minLength: 1, maxLength: 100 }\n        authors: { type: array, maxItems: 10, items: { $ref: "#/components/schemas/Author" } }\n    BookChange',
        '      required: [title, authors, isbn]\n      properties:\n        isbn: { type: string }\n        title: { type: string, minLength: 1, maxLength: 100 }\n        authors: { type: array, maxItems: 10, items: { $ref: "#/components/schemas/Author" } }\n    BookChange',
      ],
    ],
    change: {
      request: (each) => ({
        ...each,
        body:
          each.target === '/books' && !each.body.includes('"isbn"')
            ? each.body.replace(/^\{/, '{"isbn":"1",')
            : each.body,
      }),
    },
    red: [
      'addBook: POST /books refuses wrong values of the body field isbn',
      'is missing: the server accepts wrong values of the body field isbn: the status is 201',
    ],
  },
  'a 405 without Allow': {
    change: { response: (each) => (each.status === 405 ? without(each, 'allow') : each) },
    red: ['/books 405: refuses the methods', 'the header allow is missing'],
  },
  'a 404 for an undeclared method': {
    change: { response: (each) => (each.status === 405 ? { ...each, status: 404 } : each) },
    red: [
      '/books 405: refuses the methods',
      'is not declared, and is answered with 404 and not 405',
    ],
  },
  'a declared response that is never returned': {
    edits: [
      [
        '        "204": { description: It is gone. }',
        '        "204": { description: It is gone. }\n        "410": { description: It was gone before. }',
      ],
    ],
    red: [
      'removeBook: DELETE /books/{book_id} returned every response that it declares',
      '410 was never returned: add `cases: { removeBook: { 410: async (ask) => … } }`, or remove it from the contract',
    ],
  },
  'a declared header that is never returned': {
    change: { response: (each) => without(each, 'last-modified') },
    behavior: {
      handlers: {
        addBook: (_request, respond) =>
          respond[201]?.({ headers: { ...noStore, Location: '/books/1' }, body: emma }),
      },
    },
    red: [
      'addBook: POST /books returned every response that it declares',
      '201 was never returned with last-modified',
    ],
  },
  'a case that provokes something else': {
    options: { cases: { addBook: { 429: (ask) => ask() } } },
    red: [
      'addBook: POST /books 429: is provoked by its case',
      "the case of addBook got 201 and not 429\n\nprintf '{",
    ],
  },
  'a response that its case does not provoke': {
    options: { cases: { addBook: { 429: (ask) => ask() } } },
    red: [
      'addBook: POST /books returned every response',
      '429 was never returned: its case did not provoke it',
    ],
  },
  'a made thing that does not exist': {
    behavior: {
      handlers: {
        removeBook: (_request, _respond, refuse) => {
          throw refuse[403]?.('not_yours', 'Not yours', {
            headers: { 'WWW-Authenticate': 'Bearer' },
          })
        },
      },
    },
    options: { make: { removeBook: () => ({ path: { book_id: 1 } }) } },
    red: [
      'removeBook: DELETE /books/{book_id} answers requests',
      'no request succeeded (9 × 403): the values that `make: { removeBook: … }` gives must exist',
    ],
  },
  'credentials that the kit was not given': {
    options: { credentials: {} },
    red: ['addBook: POST /books answers requests', 'give `credentials: { OAuth2: (scopes) => … }`'],
  },
  'a declared default that was not returned': {
    edits: [
      [
        '        "204": { description: It is gone. }',
        '        "204": { description: It is gone. }\n        default: { description: No. }',
      ],
    ],
    red: [
      'removeBook: DELETE /books/{book_id} returned every response',
      'default was never returned: add `cases: { removeBook: { 402: async (ask) => … } }`',
    ],
  },
  'an undeclared refusal of what does not exist': {
    ...failing,
    red: [
      'removeBook: DELETE /books/{book_id} 404: names nothing that exists',
      'an unknown id is answered with 500 and not 404',
    ],
  },
  'a failure instead of a declared 404': {
    ...failing,
    red: [
      'removeBook: DELETE /books/{book_id} returned every response',
      '404 was never returned: mend the failure of the server first',
    ],
  },
  'credentials that are refused': {
    ...refusedCredentials,
    red: [
      'removeBook: DELETE /books/{book_id} 404: names nothing that exists',
      'unknown ids got 401 and not 404: the server refuses the `credentials` of OAuth2',
    ],
  },
  'a success that refused credentials prevent': {
    ...refusedCredentials,
    red: [
      'removeBook: DELETE /books/{book_id} returned every response',
      '204 was never returned: the server refuses the `credentials` of OAuth2',
    ],
  },
  'HTML instead of a declared 404': {
    edits: removedOnce,
    change: {
      response: (each) =>
        each.target.startsWith('DELETE') && each.status === 204
          ? { ...each, status: 404, headers: { 'content-type': 'text/html' }, text: '<p>' }
          : each,
    },
    red: ['removeBook: DELETE /books/{book_id}', '404: the media type text/html is not declared'],
  },
  'a thing that was not made': {
    behavior: {
      handlers: {
        removeBook: (_request, _respond, refuse) => {
          throw refuse[403]?.('not_yours', 'Not yours', {
            headers: { 'WWW-Authenticate': 'Bearer' },
          })
        },
      },
    },
    red: [
      'removeBook: DELETE /books/{book_id} answers requests',
      'no request succeeded (9 × 403): give `make: { removeBook: … }` the values that exist on the server',
    ],
  },
}

const noStoreHeaders = { 'cache-control': 'no-store' }

function without<Response extends { readonly headers: Readonly<Record<string, string>> }>(
  response: Response,
  name: string,
): Response {
  const { [name]: _, ...headers } = response.headers
  return { ...response, headers }
}
