import { describe, expect, it } from 'vitest'
import { contractFolder } from '../contract-folder.ts'

const root = (get: string, more = '') => `openapi: 3.1.0
paths:
  /books:
    get:
      operationId: listBooks
      responses: { '200': { description: Books, content: { application/json: { schema: ${get} } } } }
${more}`
const book = 'Book: { type: object, properties: { title: { type: string } } }'

describe('a contract of several files', () => {
  it('has what it refers to as components of the same name [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root("{ $ref: './schemas/books.yaml#/Books' }"),
      'schemas/books.yaml': `Books: { type: array, items: { $ref: '#/Book' } }\n${book}`,
    })
    const { document, files } = folder.read()
    expect(document.components).toEqual({
      schemas: {
        Books: { type: 'array', items: { $ref: '#/components/schemas/Book' } },
        Book: { type: 'object', properties: { title: { type: 'string' } } },
      },
    })
    expect(files.map(({ source }) => source.url.pathname.split('/').at(-1))).toEqual([
      'openapi.yaml',
      'books.yaml',
    ])
  })

  it('has a whole file as a component with the name of the file, also one that refers to itself [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root("{ $ref: 'Node.json' }"),
      'Node.json': '{ "type": "object", "properties": { "next": { "$ref": "Node.json" } } }',
    })
    expect(folder.document().components).toEqual({
      schemas: {
        Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } },
      },
    })
  })

  it('takes paths and operations from other files [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': `openapi: 3.1.0
paths:
  /books: { $ref: 'library.yaml#/paths/~1books' }
  /shelves: { get: { $ref: 'library.yaml#/paths/~1books/get', operationId: listShelves } }
`,
      'library.yaml': root(
        "{ $ref: '#/components/schemas/Book' }",
        `components: { schemas: { ${book} } }`,
      ),
    })
    const { paths, components } = folder.document()
    const schema = { $ref: '#/components/schemas/Book' }
    const responses = { 200: { description: 'Books', content: { 'application/json': { schema } } } }
    expect(paths).toEqual({
      '/books': { get: { operationId: 'listBooks', responses } },
      '/shelves': { get: { operationId: 'listShelves', responses } },
    })
    expect(Object.keys(components?.schemas ?? {})).toEqual(['Book'])
  })

  it('may refer to parts that are not components [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root(
        '{ type: string }',
        "  /shelves: { get: { responses: { '200': { $ref: '#/paths/~1books/get/responses/200' } } } }",
      ),
    })
    const { paths } = folder.document()
    expect(paths['/shelves']?.get?.responses).toEqual(paths['/books']?.get?.responses)
  })

  it('takes files of packages as Node finds them [K22]', () => {
    const folder = contractFolder({
      'api/openapi.yaml': `openapi: 3.1.0
paths:
  /books: { $ref: '@library/server/openapi.yaml#/paths/~1books' }
  /shelves: { $ref: '../node_modules/@library/server/more/shelves.yaml' }
`,
      'node_modules/@library/server/package.json': '{ "name": "@library/server" }',
      'node_modules/@library/server/openapi.yaml': root("{ $ref: 'more/book.yaml' }"),
      'node_modules/@library/server/more/book.yaml': 'type: string',
      'node_modules/@library/server/more/shelves.yaml': 'get: { responses: {} }',
    })
    const { document, files } = folder.read()
    expect(Object.keys(document.paths)).toEqual(['/books', '/shelves'])
    expect(files.map(({ packageFile }) => packageFile)).toEqual([
      undefined,
      '@library/server/openapi.yaml',
      '@library/server/more/book.yaml',
      '@library/server/more/shelves.yaml',
    ])
  })

  it('may give a component the name that it has elsewhere [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root(
        "{ $ref: 'books.yaml#/Book' }",
        "components: { schemas: { Book: { $ref: 'books.yaml#/Book' } } }",
      ),
      'books.yaml': book,
    })
    expect(folder.document().components?.schemas).toEqual({
      Book: { type: 'object', properties: { title: { type: 'string' } } },
    })
  })

  it('puts a second parameter or response of one name in place of the reference [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': `openapi: 3.1.0
paths:
  /books: { get: { parameters: [{ $ref: 'books.yaml#/Limit' }], responses: {} } }
  /shelves: { get: { parameters: [{ $ref: 'shelves.yaml#/Limit' }], responses: {} } }
`,
      'books.yaml': 'Limit: { name: limit, in: query, schema: { type: integer } }',
      'shelves.yaml': 'Limit: { name: limit, in: query, schema: { type: number } }',
    })
    const { paths } = folder.document()
    expect(paths['/books']?.get?.parameters).toEqual([{ $ref: '#/components/parameters/Limit' }])
    expect(paths['/shelves']?.get?.parameters).toEqual([
      { name: 'limit', in: 'query', schema: { type: 'number' } },
    ])
  })

  it('has discriminators with references, also of names [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root(
        "{ oneOf: [{ $ref: 'books.yaml#/Book' }, { $ref: '#/components/schemas/Map' }], discriminator: { propertyName: kind, mapping: { book: 'books.yaml#/Book', map: Map } } }",
        'components: { schemas: { Map: { type: object } } }',
      ),
      'books.yaml': book,
    })
    expect(JSON.stringify(folder.document().paths)).toContain(
      '"mapping":{"book":"#/components/schemas/Book","map":"#/components/schemas/Map"}',
    )
  })

  it('has no links to operations that are not taken [K22]', () => {
    const links =
      'links: { One: { operationId: readBook }, Same: { $ref: "#/components/links/Same" }, Own: { operationId: listBooks } }'
    const folder = contractFolder({
      'openapi.yaml': "openapi: 3.1.0\npaths: { /books: { $ref: 'library.yaml#/paths/~1books' } }",
      'library.yaml': `openapi: 3.1.0
paths: { /books: { get: { operationId: listBooks, responses: { '200': { ${links} } } } } }
components: { links: { Same: { operationId: readBook } } }
`,
    })
    const { paths, components } = folder.document()
    expect(paths['/books']?.get?.responses).toEqual({
      200: { links: { Own: { operationId: 'listBooks' } } },
    })
    expect(components).toEqual({ links: {} })
  })
})

describe('a contract of several files is refused', () => {
  it.each<[what: string, files: Record<string, string>, faults: string[]]>([
    ['for a file that is missing', {}, ['openapi.yaml:6:90: cannot read books.yaml']],
    [
      'for a part that is missing',
      { 'books.yaml': 'Books: {}' },
      ['openapi.yaml:6:90: cannot resolve books.yaml#/Book'],
    ],
    [
      'for a file that is not YAML',
      { 'books.yaml': 'Book: { a: 1' },
      [
        'books.yaml:1:13: is not YAML: Flow map in block collection must be sufficiently indented and end with a }',
      ],
    ],
    [
      'for a fault in another file',
      { 'books.yaml': 'Book:\n  type: text' },
      [
        'books.yaml:2:3: type has "text", which is none of string, number, integer, boolean, array, object, null',
      ],
    ],
  ])('%s, with the place [K22]', (_, files, faults) => {
    const folder = contractFolder({
      'openapi.yaml': root("{ $ref: 'books.yaml#/Book' }"),
      ...files,
    })
    expect(folder.faults()).toEqual(faults)
  })

  it.each([
    [
      'http://example.com/a.yaml',
      'http://example.com/a.yaml is not a file: nothing is read from a network',
    ],
    [
      '@library/none/openapi.yaml',
      'cannot find @library/none/openapi.yaml: the package must be installed, and export this file',
    ],
    ['#Book', 'cannot resolve #Book: refer to a place, such as #/components/schemas/Name'],
  ])('for a reference to %s [K22]', ($ref, text) => {
    expect(contractFolder({ 'openapi.yaml': root(`{ $ref: '${$ref}' }`) }).faults()).toEqual([
      `openapi.yaml:6:90: ${text}`,
    ])
  })

  it('for two parts with one name, with both places [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root("{ $ref: 'books.yaml#/Book' }", `components:\n  schemas:\n    ${book}`),
      'books.yaml': book,
    })
    expect(folder.faults()).toEqual([
      expect.stringMatching(
        /^books\.yaml:1:1: has the name Book, which .*openapi\.yaml:9:5 has, too: rename one of them$/,
      ),
      'openapi.yaml:6:80: refers to Book, but there are two',
    ])
  })

  it('for a part without a name that refers to itself [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root("{ $ref: 'books.yaml#/all/0' }"),
      'books.yaml': "all: [{ items: { $ref: '#/all/0' } }]",
    })
    expect(folder.faults()).toEqual([
      'books.yaml:1:18: #/all/0 refers to itself: make it a component',
    ])
  })

  it('for what an operation needs and its reference does not bring along [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': "openapi: 3.1.0\npaths: { /books: { $ref: 'library.yaml#/paths/~1books' } }",
      'library.yaml': `openapi: 3.0.0
tags: [{ name: Books }]
security: [{ Key: [] }]
paths:
  /books:
    get: { operationId: a, tags: [Books] }
    put: { operationId: b, tags: [Other], security: [{ Key: [] }] }
components: { securitySchemes: { Key: { type: http, scheme: bearer } } }
`,
    })
    expect(folder.faults()).toEqual([
      'library.yaml:6:5: a is of OpenAPI 3.0.0, and openapi.yaml of 3.1.0',
      'library.yaml:6:5: a has the security of its document, which is not that of openapi.yaml: write it at the operation',
      'library.yaml:6:28: a has the tag Books, which openapi.yaml does not declare',
      'library.yaml:7:5: b is of OpenAPI 3.0.0, and openapi.yaml of 3.1.0',
      'library.yaml:7:56: b requires Key: the security scheme Key is not declared',
    ])
  })
})
