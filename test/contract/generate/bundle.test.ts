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
      'node_modules/@library/server/more/shelves.yaml': 'get: { responses: { default: {} } }',
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
  /books: { get: { parameters: [{ $ref: 'books.yaml#/Limit' }], responses: { default: {} } } }
  /shelves: { get: { parameters: [{ $ref: 'shelves.yaml#/Limit' }], responses: { default: {} } } }
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

  it('has one schema of those that have the same name and mean the same, also recursive ones [K22]', () => {
    const node = 'Node: { type: object, properties: { next: { $ref: "#/NODE" }, id: ID } }'
    const folder = contractFolder({
      'openapi.yaml': root(
        "{ $ref: 'nodes.yaml#/Node' }",
        `components:
  schemas:
    ${node.replace('NODE', 'components/schemas/Node').replace('ID', '{ $ref: "#/components/schemas/Id" }')}
    Id: { type: string }
`,
      ),
      'nodes.yaml': node.replace('NODE', 'Node').replace('ID', '{ type: string }'),
    })
    expect(Object.keys(folder.document().components?.schemas ?? {})).toEqual(['Node', 'Id'])
  })

  it('has one parameter of those that have the same name and mean the same [K22]', () => {
    const limit = 'Limit: { name: limit, in: query, schema: { type: integer } }'
    const folder = contractFolder({
      'openapi.yaml': `openapi: 3.1.0
paths:
  /books: { get: { parameters: [{ $ref: 'books.yaml#/Limit' }], responses: { default: {} } } }
components: { parameters: { ${limit} } }
`,
      'books.yaml': limit,
    })
    expect(folder.document().paths['/books']?.get?.parameters).toEqual([
      { $ref: '#/components/parameters/Limit' },
    ])
  })

  it('has its own of what stands beside a reference, and nothing of what it replaces [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': `openapi: 3.1.0
paths:
  /books:
    $ref: 'library.yaml#/paths/~1books'
    get: { operationId: ownBooks, responses: { '200': { description: Own } } }
`,
      'library.yaml': `openapi: 3.1.0
paths:
  /books:
    get: { operationId: listBooks, parameters: [{ $ref: '#/components/parameters/Limit' }] }
    put: { operationId: changeBook, responses: { default: {} } }
components: { parameters: { Limit: { name: limit, in: query, schema: { type: integer } } } }
`,
    })
    const { paths, components } = folder.document()
    expect(paths['/books']).toEqual({
      get: { operationId: 'ownBooks', responses: { 200: { description: 'Own' } } },
      put: { operationId: 'changeBook', responses: { default: {} } },
    })
    expect(components).toBe(undefined)
  })

  it('has no links to operations that are not taken [K22]', () => {
    const links =
      'links: { Path: { operationRef: "#/paths/~1books~1{id}/get" }, Here: { operationRef: "#/paths/~1books/get" }, One: { operationId: readBook }, Same: { $ref: "#/components/links/Same" }, Own: { operationId: listBooks } }'
    const folder = contractFolder({
      'openapi.yaml': "openapi: 3.1.0\npaths: { /books: { $ref: 'library.yaml#/paths/~1books' } }",
      'library.yaml': `openapi: 3.1.0
paths: { /books: { get: { operationId: listBooks, responses: { '200': { ${links} } } } } }
components: { links: { Same: { operationId: readBook } } }
`,
    })
    const { paths, components } = folder.document()
    expect(paths['/books']?.get?.responses).toEqual({
      200: {
        links: { Here: { operationRef: '#/paths/~1books/get' }, Own: { operationId: 'listBooks' } },
      },
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
      ['openapi.yaml:6:90: cannot resolve books.yaml#/Book: books.yaml has no /Book'],
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
    ['#Book', 'cannot resolve #Book: refer to a place, such as #/components/schemas/Name'],
  ])('for a reference to %s [K22]', ($ref, text) => {
    expect(contractFolder({ 'openapi.yaml': root(`{ $ref: '${$ref}' }`) }).faults()).toEqual([
      `openapi.yaml:6:90: ${text}`,
    ])
  })

  it('for a schema of its own that differs from one of its name, with both places [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root("{ $ref: 'books.yaml#/Book' }", `components:\n  schemas:\n    ${book}`),
      'books.yaml': book.replace('string', 'integer'),
    })
    expect(folder.faults()).toEqual([
      'openapi.yaml:9:5: the schema Book differs in properties/title/type from that of books.yaml:1:1, which is referred to: rename it, or refer to that one',
    ])
  })

  it('for two schemas of other files that differ and have one name, at the reference [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': root("{ oneOf: [{ $ref: 'a.yaml#/Book' }, { $ref: 'b.yaml#/Book' }] }"),
      'a.yaml': 'Book: { type: string }',
      'b.yaml': 'Book: { type: [string] }',
    })
    expect(folder.faults()).toEqual([
      'openapi.yaml:6:124: refers to a schema Book that differs in type from that of a.yaml:1:1: two schemas cannot have one name',
    ])
  })

  it.each([
    [
      '@library/none/openapi.yaml',
      'the package @library/none is not installed: npm install @library/none',
    ],
    ['@library/server/none.yaml', 'the package @library/server has no such file'],
    [
      '@library/hidden/openapi.yaml',
      'the package @library/hidden does not export this file: refer to one of the exports of its package.json',
    ],
    ['node_modules/none/openapi.yaml', 'the package none is not installed: npm install none'],
  ])('for the file %s of a package [K22]', (file, text) => {
    const folder = contractFolder({
      'openapi.yaml': root(`{ $ref: '${file}#/Book' }`),
      'node_modules/@library/server/package.json': '{ "name": "@library/server" }',
      'node_modules/@library/hidden/package.json':
        '{ "name": "@library/hidden", "exports": { "./other.yaml": "./other.yaml" } }',
      'node_modules/@library/hidden/openapi.yaml': book,
    })
    expect(folder.faults()).toEqual([
      `openapi.yaml:6:90: cannot find ${file.replace('node_modules/', '')}: ${text}`,
    ])
  })

  it('for what stands beside a reference, where it stands [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': `openapi: 3.1.0
paths:
  /books:
    $ref: 'library.yaml#/paths/~1books'
    get:
      operationId: ownBooks
      parameters: [{ name: page, in: quer, schema: {} }]
      responses: { '200': { links: { One: { operationId: none }, Two: { operationRef: '#/paths/%' } } } }
`,
      'library.yaml': `openapi: 3.1.0
paths:
  /books:
    get: { operationId: listBooks, parameters: [{ $ref: '#/all/limit' }] }
all: { limit: { name: limit, in: query, schema: { type: integer } } }
`,
    })
    expect(folder.faults()).toEqual([
      'openapi.yaml:7:20: the parameter page is in quer, which is none of path, query, header, cookie',
      'openapi.yaml:8:38: the link leads to the operation none, which is not declared',
      'openapi.yaml:8:66: the link leads to #/paths/%, which is not there',
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

  it('for what an operation needs and its reference does not bring along, at the reference, with what to do [K22]', () => {
    const folder = contractFolder({
      'openapi.yaml': `openapi: 3.1.0
paths: { /books: { $ref: 'library.yaml#/paths/~1books' } }
components: { securitySchemes: { Login: { type: oauth2, flows: { password: { tokenUrl: /, scopes: {} } } } } }
`,
      'library.yaml': `openapi: 3.0.0
tags: [{ name: Books }]
security: [{ Key: [] }]
paths:
  /books:
    get: { operationId: a, tags: [Books], responses: { default: {} } }
    put: { operationId: b, tags: [Other], security: [{ Key: [] }], responses: { default: {} } }
    post: { operationId: c, security: [{ Login: ['books:write'] }], responses: { default: {} } }
components: { securitySchemes: { Key: { type: http, scheme: bearer } } }
`,
    })
    expect(folder.faults()).toEqual([
      'openapi.yaml:2:10: b requires Key: the security scheme Key is not declared: add it to components/securitySchemes (library.yaml:7:56)',
      'openapi.yaml:2:10: c requires books:write, which Login does not declare: add it to the scopes of Login (library.yaml:8:50)',
      'openapi.yaml:2:10: a has the tag Books, which openapi.yaml does not declare: add it to its tags (library.yaml:6:28)',
      'openapi.yaml:2:10: a is of OpenAPI 3.0.0, and openapi.yaml of 3.1.0: both must be of one version (library.yaml:6:5)',
      'openapi.yaml:2:10: a has the security of its document, which is not that of openapi.yaml: refer to the operation itself, and write security beside $ref (library.yaml:6:5)',
      'openapi.yaml:2:10: b is of OpenAPI 3.0.0, and openapi.yaml of 3.1.0: both must be of one version (library.yaml:7:5)',
      'openapi.yaml:2:10: c is of OpenAPI 3.0.0, and openapi.yaml of 3.1.0: both must be of one version (library.yaml:8:5)',
    ])
  })
})
