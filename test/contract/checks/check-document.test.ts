import { describe, expect, it } from 'vitest'
import { documentFaults } from '../../../src/contract/checks/check-document.ts'
import { bookDocument } from '../books.ts'
import type { Edit } from '../edited.ts'

const faultsOf = (...edits: readonly Edit[]) =>
  documentFaults(bookDocument(...edits)).map(({ pointer, text }) => `${pointer}: ${text}`)

const shelf = 'operationId: listBooks\n'
const limit = '{ name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }'
const born = 'born: { type: integer }'
const schema = (keywords: string): Edit => [born, `born: { ${keywords} }`]
const ofBorn = '/components/schemas/Author/properties/born'
const parameter = (text: string): Edit => [limit, text]
const ofLimit = '/paths/~1books/get/parameters/1'
const field = (text: string): Edit => [shelf, `${shelf}      ${text}\n`]
const path = (text: string): Edit => ['  /books/newest:', `  ${text}:`]

const shapes: readonly (readonly [what: string, edit: Edit, fault: string])[] = [
  [
    'an unknown field',
    field('securty: []'),
    '/paths/~1books/get/securty: securty is not a field of an operation',
  ],
  [
    'a list that is none',
    field('servers: {}'),
    '/paths/~1books/get/servers: servers must be a list',
  ],
  ['a member that is not a part', parameter('limit'), `${ofLimit}: 1 must be a parameter`],
  [
    'a part that is a list',
    ['requestBody: { $ref: "#/components/requestBodies/NewBook" }', 'requestBody: []'],
    '/paths/~1books/post/requestBody: requestBody must be a request body',
  ],
  [
    'a flag that is text',
    parameter('{ name: limit, in: query, required: "yes", schema: {} }'),
    `${ofLimit}/required: required must be true or false`,
  ],
  [
    'a parameter without a place',
    parameter('{ name: limit, schema: {} }'),
    `${ofLimit}: a parameter must have in`,
  ],
  [
    'scopes that are no list',
    [
      'security: [{ OAuth2: ["books:write"] }]\n      requestBody: { $ref',
      'security: [{ OAuth2: books }]\n      requestBody: { $ref',
    ],
    '/paths/~1books/post/security/0/OAuth2: OAuth2 must be a list of texts',
  ],
  [
    'an extension of this layer in another part',
    field('x-codes: [not_found]'),
    '/paths/~1books/get/x-codes: x-codes has no meaning in an operation: it is a field of a response',
  ],
  ...['x-code', 'x-Codes', 'x-codess', 'x-coeds', 'x-cods', 'x-code-s'].map(
    (name): (typeof shapes)[number] => [
      `an extension of this layer that is misspelled: ${name}`,
      ['description: No loan.', `description: No loan.\n      ${name}: [not_found]`],
      `/components/responses/LoanRefused/${name}: ${name} is not a field of a response: use x-codes`,
    ],
  ),
  [
    'an extension of this layer that has the wrong shape',
    [
      'application/x-www-form-urlencoded: {',
      'application/x-www-form-urlencoded: { x-stream: "yes",',
    ],
    '/paths/~1loans/post/requestBody/content/application~1x-www-form-urlencoded/x-stream: x-stream must be true or false',
  ],
  [
    'a name that every object has',
    field('__proto__: 1'),
    '/paths/~1books/get/__proto__: __proto__ is not a field of an operation',
  ],
]

const schemas: readonly (readonly [what: string, keywords: string, fault: string])[] = [
  [
    'an unknown type',
    'type: text',
    '/type: type has "text", which is none of string, number, integer, boolean, array, object, null',
  ],
  ['a type twice', 'type: [string, string]', '/type: type must name each type once'],
  ['no type', 'type: []', '/type: type must name each type once'],
  [
    'required as a flag',
    'required: true',
    '/required: required must be a list of names, each once',
  ],
  [
    'a name required twice',
    'required: [a, a]',
    '/required: required must be a list of names, each once',
  ],
  ['an empty enum', 'enum: []', '/enum: enum must be a list of at least one value'],
  [
    'a length below 0',
    'minLength: -1',
    '/minLength: minLength must be a number from 0, without decimals',
  ],
  ['a limit that is text', 'minimum: "1"', '/minimum: minimum must be a number'],
  [
    'a flag of OpenAPI 3.0',
    'exclusiveMinimum: true',
    '/exclusiveMinimum: exclusiveMinimum must be a number',
  ],
  ['a multiple of 0', 'multipleOf: 0', '/multipleOf: multipleOf must be a number above 0'],
  ['a flag that is text', 'readOnly: "yes"', '/readOnly: readOnly must be true or false'],
  [
    'a list of items',
    'items: [{ type: string }]',
    '/items: items must be a schema, which is an object, true or false',
  ],
  ['properties that are a list', 'properties: [a]', '/properties: properties must be an object'],
  [
    'a property that is no schema',
    'properties: { a: string }',
    '/properties/a: a must be a schema, which is an object, true or false',
  ],
  [
    'a pattern that is not one',
    'pattern: "["',
    '/pattern: pattern cannot be compiled with the flag u: Invalid regular expression: /[/u: Unterminated character class',
  ],
  [
    'a pattern of another language',
    "pattern: '(?i)a'",
    '/pattern: pattern cannot be compiled with the flag u: Invalid regular expression: /(?i)a/u: Invalid group',
  ],
  [
    'a pattern for names that is not one',
    'patternProperties: { "(": {} }',
    '/patternProperties: patternProperties cannot be compiled with the flag u: Invalid regular expression: /(/u: Unterminated group',
  ],
  [
    'a discriminator without a property',
    'discriminator: {}',
    '/discriminator: discriminator must be an object with propertyName',
  ],
  [
    'a discriminator to nothing',
    'discriminator: { propertyName: a, mapping: { a: Nope } }',
    '/discriminator/mapping/a: cannot resolve #/components/schemas/Nope',
  ],
  [
    'keywords of an older JSON Schema',
    'dependencies: { a: [b] }',
    '/dependencies: dependencies is not supported: use dependentRequired or dependentSchemas',
  ],
  [
    'a property that is not below properties',
    'id: { type: string }',
    '/id: id is not supported: it is of an older JSON Schema. A property named id belongs below properties',
  ],
  [
    'a name of its own',
    '$id: https://example.com/a',
    '/$id: $id is not supported: name the schema as a component, and refer to it by #/components/schemas',
  ],
  [
    'a dynamic reference',
    '$dynamicRef: "#a"',
    '/$dynamicRef: $dynamicRef is not supported: name the schema as a component, and refer to it by #/components/schemas',
  ],
  [
    'another JSON Schema',
    '$schema: http://json-schema.org/draft-07/schema#',
    '/$schema: $schema is not supported: schemas are of JSON Schema 2020-12',
  ],
  [
    'a dependency that is no list',
    'dependentRequired: { a: b }',
    '/dependentRequired: dependentRequired must be an object of lists of names',
  ],
  [
    'lengths that exclude each other',
    'minLength: 5, maxLength: 3',
    '/minLength: minLength is 5 and maxLength is 3: no value has both',
  ],
  [
    'numbers of items that exclude each other',
    'minItems: 2, maxItems: 1',
    '/minItems: minItems is 2 and maxItems is 1: no value has both',
  ],
  [
    'limits that exclude each other',
    'minimum: 1.5, maximum: 1',
    '/minimum: minimum is 1.5 and maximum is 1: no value has both',
  ],
  [
    'limits of which one excludes the other',
    'exclusiveMinimum: 1, maximum: 1',
    '/exclusiveMinimum: exclusiveMinimum is 1 and maximum is 1: no value has both',
  ],
  [
    'a required property that is excluded',
    'properties: { a: {} }, patternProperties: { ^x: {} }, required: [a, x1, b], additionalProperties: false',
    '/required/2: required has b, which additionalProperties: false excludes: no object has both',
  ],
  [
    'a part of an allOf that excludes the properties of the others',
    'properties: { a: {}, b: {} }, allOf: [{ properties: { a: {}, c: {} }, additionalProperties: false }, { required: [d] }]',
    '/allOf: one part of the schema has b, d, and another excludes it by additionalProperties: false: use unevaluatedProperties: false beside the allOf',
  ],
  [
    'a closed schema whose allOf has other properties',
    'properties: { a: {} }, additionalProperties: false, allOf: [{ $ref: "#/components/schemas/BookChange" }]',
    '/allOf: one part of the schema has a, title, and another excludes it by additionalProperties: false: use unevaluatedProperties: false beside the allOf',
  ],
]

/** What JSON Schema allows, and an object or a number can have. */
const possible = [
  'minimum: 1, maximum: 1, minLength: 0, maxLength: 0, exclusiveMinimum: 0',
  'properties: { a: {} }, required: [b]',
  'properties: { a: {} }, required: [b], additionalProperties: { type: string }',
  'properties: { a: false }, allOf: [{ properties: { b: {} }, additionalProperties: false }]',
  'allOf: [{ properties: { a: {} }, additionalProperties: false }, { properties: { a: { type: string } }, required: [a] }]',
  'allOf: [{ properties: { a: {} } }, { properties: { b: {} } }], unevaluatedProperties: false',
]

const references: readonly (readonly [what: string, edit: Edit, fault: string])[] = [
  [
    'that lead nowhere',
    [
      'title: { type: string, minLength: 1, maxLength: 100 }\n    Loan',
      'title: { $ref: "#/components/schemas/Nope" }\n    Loan',
    ],
    '/components/schemas/BookChange/properties/title/$ref: cannot resolve #/components/schemas/Nope',
  ],
  [
    'to another kind of component',
    ['"503": { $ref: "#/components/responses/Later"', '"503": { $ref: "#/components/schemas/Book"'],
    '/paths/~1books/post/responses/503/$ref: #/components/schemas/Book is not one of responses',
  ],
]

const paths: readonly (readonly [what: string, edit: Edit, fault: string])[] = [
  ['without a slash', path('newest'), '/paths/newest: the path newest must begin with /'],
  [
    'with an unpaired brace',
    path('/books/{newest'),
    '/paths/~1books~1{newest: the path /books/{newest has a brace that is not one of a parameter',
  ],
  [
    'with a query',
    path('/books?newest'),
    '/paths/~1books?newest: the path /books?newest has "?", which no request has unless percent-encoded',
  ],
  [
    'with a space',
    path('/new books'),
    '/paths/~1new books: the path /new books has " ", which no request has unless percent-encoded',
  ],
  [
    'with a parameter twice',
    path('/{a}/{a}'),
    '/paths/~1{a}~1{a}: the path /{a}/{a} has {a} twice',
  ],
  [
    'with two parameters with nothing between them',
    ['/shelves/{shelf}/books.all:', '/shelves/{shelf}{side}:'],
    '/paths/~1shelves~1{shelf}{side}: has two parameters with nothing between them: /shelves/{shelf}{side}',
  ],
  [
    'with OPTIONS',
    ['    patch:\n', '    options:\n'],
    '/paths/~1books~1{book_id}/options: options /books/{book_id} cannot be declared: the router answers OPTIONS for every path',
  ],
  [
    'with HEAD and no GET',
    ['  /books/newest:\n    get:', '  /books/newest:\n    head:'],
    '/paths/~1books~1newest/head: head /books/newest cannot be declared: HEAD is served where GET is',
  ],
  [
    'with TRACE',
    ['    patch:\n', '    trace:\n'],
    '/paths/~1books~1{book_id}/trace: trace /books/{book_id} cannot be declared: TRACE is not served',
  ],
]

const operations: readonly (readonly [what: string, edit: Edit, fault: string])[] = [
  [
    'an operationId twice',
    ['operationId: readNewestBook', 'operationId: readBook'],
    '/paths/~1books~1{book_id}/get/operationId: the operationId readBook is used twice: also for get /books/newest',
  ],
  [
    'an undeclared path parameter',
    path('/books/newest/{day}'),
    '/paths/~1books~1newest~1{day}/get: readNewestBook does not declare its path parameter day',
  ],
  [
    'a path parameter that the path does not have',
    parameter('{ name: day, in: path, required: true, schema: {} }'),
    `${ofLimit}: the path /books has no parameter day`,
  ],
  [
    'a path parameter that is not required',
    ['{ name: book_id, in: path, required: true,', '{ name: book_id, in: path,'],
    '/paths/~1books~1{book_id}/parameters/0: the path parameter book_id must have required: true',
  ],
  [
    'a parameter twice',
    parameter('{ name: title, in: query, schema: {} }'),
    `${ofLimit}: the parameter title is declared twice`,
  ],
  [
    'a header twice, in another case',
    parameter('{ name: x-row, in: header, schema: {} }'),
    '/paths/~1books/get/parameters/3: the parameter X-Row is declared twice',
  ],
  [
    'a parameter in the body',
    parameter('{ name: limit, in: body, schema: {} }'),
    `${ofLimit}: the parameter limit is in body, which is none of path, query, header, cookie`,
  ],
  [
    'a parameter without a schema',
    parameter('{ name: limit, in: query }'),
    `${ofLimit}: the parameter limit must have a schema`,
  ],
  [
    'a multipart body that is no form',
    ['application/x-www-form-urlencoded:', 'multipart/mixed:'],
    '/paths/~1loans/post/requestBody/content/multipart~1mixed: lendBook has a request body of multipart/mixed, which is not supported: use multipart/form-data',
  ],
  [
    'a range of media types that is not type/*',
    ['application/x-www-form-urlencoded:', 'application/*+json:'],
    '/paths/~1loans/post/requestBody/content/application~1*+json: lendBook has a request body of application/*+json, which is no range of media types: use application/*, or name each',
  ],
  [
    'a range of media types that is not type/*, in a response',
    ['application/vnd.titles+json', '"application/*+json"'],
    '/paths/~1shelves~1{shelf}~1books.all/get/responses/200: exportShelf has a body of application/*+json, which is no range of media types: use application/*, or name each',
  ],
  [
    'a media type twice, with other parameters',
    [
      'content: { application/json: { schema: { $ref: "#/components/schemas/BookChange" } } }',
      'content: { application/json;v=1: { schema: {} }, Application/JSON;v=2: { schema: {} } }',
    ],
    '/paths/~1books~1{book_id}/patch/requestBody/content/Application~1JSON;v=2: updateBook has a request body of Application/JSON;v=2, which is application/json;v=1 too: parameters do not tell bodies apart',
  ],
  [
    'a text in another charset',
    ['application/x-www-form-urlencoded:', 'text/plain; charset=iso-8859-1:'],
    '/paths/~1loans/post/requestBody/content/text~1plain; charset=iso-8859-1: lendBook has a request body of text/plain; charset=iso-8859-1, which is not in UTF-8',
  ],
  [
    'a body that its status cannot have',
    [
      '"204": { description: It is gone. }',
      '"204": { description: It is gone., content: { text/plain: {} } }',
    ],
    '/paths/~1books~1{book_id}/delete/responses/204: removeBook has a body of 204, a status without bodies: remove the content',
  ],
  [
    'an undeclared scheme',
    ['    OAuth2:\n', '    OAuth1:\n'],
    '/paths/~1books/post/security/0/OAuth2: addBook requires OAuth2: the security scheme OAuth2 is not declared',
  ],
  [
    'an undeclared scheme for all',
    ['webhooks:', 'security: [{ Basic: [] }]\nwebhooks:'],
    '/security/0/Basic: the contract requires Basic: the security scheme Basic is not declared',
  ],
  [
    'an undeclared scope',
    ['"books:write": Change', '"books:wright": Change'],
    '/paths/~1books/post/security/0/OAuth2/0: addBook requires books:write, which OAuth2 does not declare',
  ],
  [
    'an invalid status: 1200',
    ['"429":', '"1200":'],
    "/paths/~1books/post/responses/1200: addBook has the response '1200', which is neither a status, nor a range such as 4XX, nor default",
  ],
  [
    'an invalid status: 4290',
    ['"429":', '"4290":'],
    "/paths/~1books/post/responses/4290: addBook has the response '4290', which is neither a status, nor a range such as 4XX, nor default",
  ],
  [
    'a server with another path',
    field('servers: [{ url: /v2 }]'),
    '/paths/~1books/get/servers/0: listBooks is at /v2, and the other operations at /: write the path of the server into the paths',
  ],
]

describe('documentFaults', () => {
  it('finds none in the contract of the tests', () => {
    expect(faultsOf()).toEqual([])
  })

  it.each(shapes)('finds %s [K21]', (_, edit, fault) => {
    expect(faultsOf(edit)).toContain(fault)
  })

  it('takes extensions of other makers [K21]', () => {
    const others = 'x-nodes: 1\n      x-code-samples: []\n      x-error-codes: []'
    expect(faultsOf(['description: No loan.', `description: No loan.\n      ${others}`])).toEqual(
      [],
    )
  })

  it.each(schemas)('finds %s in a schema [K21]', (_, keywords, fault) => {
    expect(faultsOf(schema(keywords))).toEqual([ofBorn + fault])
  })

  it.each(possible)('finds nothing in a schema that values have: %s [K21]', (keywords) => {
    expect(faultsOf(schema(keywords))).toEqual([])
  })

  it.each(references)('finds references %s [K21]', (_, edit, fault) => {
    expect(faultsOf(edit)).toContain(fault)
  })

  it.each(paths)('finds paths %s [K21]', (_, edit, fault) => {
    expect(faultsOf(edit)).toContain(fault)
  })

  it.each(operations)('finds %s [K21]', (_, edit, fault) => {
    expect(faultsOf(edit)).toContain(fault)
  })
})
