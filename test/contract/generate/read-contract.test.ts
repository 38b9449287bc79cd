import { describe, expect, it } from 'vitest'
import { contractFolder } from '../contract-folder.ts'

const faultsOf = (text: string, file = 'openapi.yaml') => contractFolder({ [file]: text }).faults()
const operation = (more: string) => `openapi: 3.1.0
paths:
  /books:
    get:
      responses: { '204': { description: Done. } }
      ${more}
`

/** Each level has the one before twice. */
const doubled = (levels: number) =>
  Array.from({ length: levels }, (_, at) => `x-${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join(
    '',
  )

describe('readContract refuses', () => {
  it.each([
    ['an empty file', '', 'openapi.yaml:1:1: is empty'],
    ['a list', '- a', 'openapi.yaml:1:1: is not an OpenAPI document: it must be an object'],
    ['text', 'Library', 'openapi.yaml:1:1: is not an OpenAPI document: it must be an object'],
    [
      'another document',
      'a: 1',
      'openapi.yaml:1:1: is not an OpenAPI document: it has no field openapi',
    ],
    ['Swagger', 'swagger: "2.0"', 'openapi.yaml:1:1: is of Swagger 2.0: convert it to OpenAPI 3.1'],
    [
      'a later version',
      'info: {}\nopenapi: 3.2.0',
      'openapi.yaml:2:1: is of OpenAPI 3.2.0: use 3.0 or 3.1',
    ],
    ['no paths', 'openapi: 3.1.0', 'openapi.yaml:1:1: a document must have paths'],
    [
      'a tab',
      'openapi: 3.1.0\npaths:\n\t/books: {}',
      'openapi.yaml:3:1: is not YAML: Tabs are not allowed as indentation',
    ],
    [
      'a key twice',
      'openapi: 3.1.0\nopenapi: 3.1.0',
      'openapi.yaml:2:1: is not YAML: Map keys must be unique',
    ],
    [
      'two documents',
      'a: 1\n---\nb: 1',
      'openapi.yaml:2:1: is not YAML: Source contains multiple documents; please use YAML.parseAllDocuments()',
    ],
    [
      'an alias in what it stands for',
      'openapi: 3.1.0\npaths: &all { /a: *all }',
      'openapi.yaml:2:19: has an alias within what it stands for',
    ],
    [
      'an alias of nothing',
      'openapi: 3.1.0\npaths: *all',
      'openapi.yaml:2:8: there is no anchor all before this alias',
    ],
    [
      'aliases of too many values',
      `openapi: 3.1.0\nx-0: &a0 [1]\n${doubled(20)}paths: {}`,
      'openapi.yaml:3:11: has aliases: with them, it has more than 1000000 values',
    ],
  ])('%s, with the place [K21]', (_, text, fault) => {
    expect(faultsOf(text)).toEqual([fault])
  })

  it('a contract in JSON, with the place [K21]', () => {
    const text =
      '{\n\t"openapi": "3.1.0",\n\t"paths": {\n\t\t"/books": { "get": { "tags": 1, "responses": { "204": {} } } }\n\t}\n}'
    expect(faultsOf(text, 'openapi.json')).toEqual([
      'openapi.json:4:24: tags must be a list of texts',
    ])
    expect(faultsOf(text.replace('} }', '}, }'), 'openapi.json')).toEqual([
      'openapi.json:4:24: tags must be a list of texts',
    ])
    expect(faultsOf(text.replace('0",', '0"'), 'openapi.json')[0]).toMatch(/^openapi\.json:3:2: /)
  })

  it('all faults at once, sorted by place, each once [K21]', () => {
    const faults = faultsOf(`openapi: 3.1.0
paths:
  /books/{id}:
    parameters: [{ name: id, in: path, required: true, style: label, schema: {} }]
    get: { responses: { 204: {}, 2000: { $ref: '#/components/responses/One' } } }
    put: { security: [{ Basic: [] }], responses: { default: {} } }
components:
  schemas: { One: { type: text } }
`)
    expect(faults).toEqual([
      'openapi.yaml:4:18: getBooksById has the path parameter id, which cannot have the style label: use simple',
      'openapi.yaml:4:18: putBooksById has the path parameter id, which cannot have the style label: use simple',
      "openapi.yaml:5:34: getBooksById has the response '2000', which is neither a status, nor a range such as 4XX, nor default",
      'openapi.yaml:5:42: cannot resolve #/components/responses/One',
      'openapi.yaml:6:25: putBooksById requires Basic: the security scheme Basic is not declared',
      'openapi.yaml:8:21: type has "text", which is none of string, number, integer, boolean, array, object, null',
    ])
  })

  it('as many faults as a screen has [K21]', () => {
    const fields = Array.from({ length: 60 }, (_, at) => `      a${at}: 1\n`).join('')
    const faults = faultsOf(operation(`tags: []\n${fields}`))
    expect(faults).toHaveLength(51)
    expect(faults.at(-1)).toBe('and 10 more faults')
  })
})

const done = { responses: { 204: { description: 'Done.' } } }

describe('readContract reads', () => {
  it('an anchor that is used a thousand times [K21]', () => {
    const names = Array.from({ length: 1000 }, (_, at) => `A${at}: *text`)
    const text = `openapi: 3.1.0\nx-text: &text { type: string }\npaths: {}\ncomponents: { schemas: { ${names} } }`
    const { components } = contractFolder({ 'openapi.yaml': text }).document()
    expect(components?.schemas?.A999).toEqual({ type: 'string' })
  })

  it('a version that is a number', () => {
    const read = (version: string) =>
      contractFolder({ 'openapi.yaml': `openapi: ${version}\npaths: {}` }).document().openapi
    expect(['3.1', '3.0', '"3.0.3"'].map(read)).toEqual(['3.1', '3.1.0', '3.1.0'])
  })

  it('merged keys, and a byte order mark', () => {
    const text = operation('<<: &all { tags: [Books] }')
    expect(contractFolder({ 'openapi.yaml': `\uFEFF${text}` }).document().paths).toEqual({
      '/books': { get: { ...done, tags: ['Books'], operationId: 'getBooks' } },
    })
  })

  it('the nullable of OpenAPI 3.0 in 3.1', () => {
    const text = `${operation('tags: []')}components: { schemas: { Title: { type: string, nullable: true } } }`
    expect(contractFolder({ 'openapi.yaml': text }).document().components?.schemas).toEqual({
      Title: { type: ['string', 'null'] },
    })
  })

  it('HEAD beside GET', () => {
    expect(faultsOf(operation('tags: []\n    head: {}'))).toEqual([])
  })
})
