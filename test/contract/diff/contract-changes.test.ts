import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import {
  type ContractChange,
  contractChanges,
} from '../../../src/contract/diff/contract-changes.ts'
import { listOfChanges } from '../../../src/contract/diff/list-of-changes.ts'
import { type Edit, edited } from '../edited.ts'

const removeBook = `    delete:
      operationId: removeBook
      responses: { '204': { description: Removed. }, '404': { $ref: '#/components/responses/None' } }
`
const contract = `openapi: 3.1.0
info: { title: Books, version: 1.0.0 }
paths:
  /books/{id}:
    parameters: [{ $ref: '#/components/parameters/Id' }]
    get:
      operationId: readBook
      security: [{ Login: ['books:read'] }]
      parameters: [{ in: query, name: lang, schema: { type: string } }]
      responses:
        '200':
          description: The book.
          headers: { ETag: { schema: { type: string } } }
          content:
            application/json: { schema: { $ref: '#/components/schemas/Book' } }
            text/plain: { schema: { type: string } }
        '404': { $ref: '#/components/responses/Missing' }
    put:
      operationId: changeBook
      security: [{ Login: ['books:write'] }]
      requestBody:
        content:
          application/json: { schema: { $ref: '#/components/schemas/NewBook' } }
      responses:
        '204': { description: Changed. }
        '404': { $ref: '#/components/responses/Missing' }
${removeBook}components:
  parameters:
    Id: { in: path, name: id, required: true, schema: { type: string, maxLength: 20 } }
  responses:
    None: { $ref: '#/components/responses/Missing' }
    Missing:
      description: There is none.
      content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } }
  schemas:
    Problem: { type: object, required: [code], properties: { code: { type: string } } }
    NewBook:
      type: object
      required: [title]
      additionalProperties: false
      properties:
        title: { type: string, maxLength: 100 }
        pages: { type: integer }
        binding: { type: string, enum: [hard, soft] }
        author: { $ref: '#/components/schemas/Author' }
    Book:
      type: object
      required: [title, state]
      properties:
        title: { type: string }
        isbn: { type: string }
        state: { type: string, enum: [here, lent] }
        author: { $ref: '#/components/schemas/Author' }
    Author: { type: object, properties: { name: { type: string } } }
  securitySchemes:
    Login:
      type: oauth2
      flows: { password: { tokenUrl: /token, scopes: { 'books:read': R, 'books:write': W } } }
`

const folder = mkdtempSync(join(tmpdir(), 'tessera-diff-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function changes(before: string, after: string): Promise<readonly ContractChange[]> {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return pathToFileURL(join(folder, name))
  }
  return await contractChanges(write('before.yaml', before), write('after.yaml', after))
}

type Impact = ContractChange['impact']

const read = ['readBook']
const change = ['changeBook']
const remove = ['removeBook']
const all = ['readBook', 'changeBook', 'removeBook']

/** What is edited, of which operations, and the impact of the edit and of the reverse. */
const table: readonly (readonly [string, Edit, readonly string[], Impact, Impact])[] = [
  ['an operation is removed', [removeBook, ''], remove, 'breaking', 'addition'],
  [
    'an operation has another operationId',
    ['operationId: removeBook', 'operationId: burnBook'],
    ['removeBook', 'burnBook'],
    'breaking',
    'breaking',
  ],
  [
    'a status is removed',
    ["        '404': { $ref: '#/components/responses/Missing' }\n    put:", '    put:'],
    read,
    'breaking',
    'addition',
  ],
  [
    'a media type of a response is removed',
    ['            text/plain: { schema: { type: string } }\n', ''],
    read,
    'breaking',
    'addition',
  ],
  [
    'a header of a response is removed',
    ['          headers: { ETag: { schema: { type: string } } }\n', ''],
    read,
    'breaking',
    'addition',
  ],
  [
    'a field of a response is removed',
    ['        isbn: { type: string }\n', ''],
    read,
    'breaking',
    'addition',
  ],
  [
    'a field of a response becomes optional',
    ['required: [title, state]', 'required: [title]'],
    read,
    'breaking',
    'other',
  ],
  [
    'a field of a response has another type',
    ['isbn: { type: string }', 'isbn: { type: integer }'],
    read,
    'breaking',
    'breaking',
  ],
  [
    'an enum of a response has a new value',
    ['enum: [here, lent]', 'enum: [here, lent, lost]'],
    read,
    'addition',
    'other',
  ],
  [
    'a field of an error is removed',
    ['properties: { code: { type: string } }', 'properties: {}'],
    all,
    'breaking',
    'addition',
  ],
  [
    'a field of a schema that another one refers to is removed',
    ['properties: { name: { type: string } }', 'properties: {}'],
    ['readBook', 'changeBook'],
    'breaking',
    'addition',
  ],
  [
    'a schema of a response and of a request needs a field',
    ['Author: { type: object,', 'Author: { type: object, required: [name],'],
    ['readBook', 'changeBook'],
    'breaking',
    'breaking',
  ],
  [
    'a request needs a field',
    ['required: [title]\n      additional', 'required: [title, pages]\n      additional'],
    change,
    'breaking',
    'other',
  ],
  [
    'a request has an optional field',
    ['        pages: { type: integer }\n', '        pages: { type: integer }\n        shelf: {}\n'],
    change,
    'addition',
    'breaking',
  ],
  [
    'a request needs its body',
    ['      requestBody:\n', '      requestBody:\n        required: true\n'],
    change,
    'breaking',
    'other',
  ],
  [
    'a text of a request has a lower limit',
    ['maxLength: 100', 'maxLength: 50'],
    change,
    'breaking',
    'other',
  ],
  [
    'an enum of a request lacks a value',
    ['enum: [hard, soft]', 'enum: [hard]'],
    change,
    'breaking',
    'other',
  ],
  [
    'a parameter is required',
    ['name: lang, schema', 'name: lang, required: true, schema'],
    read,
    'breaking',
    'other',
  ],
  [
    'an optional parameter is new',
    [
      'parameters: [{ in: query, name: lang, schema: { type: string } }]',
      'parameters: [{ in: query, name: lang, schema: { type: string } }, { in: query, name: page, schema: { type: integer } }]',
    ],
    read,
    'addition',
    'breaking',
  ],
  [
    'a parameter of all operations of a path has a lower limit',
    ['maxLength: 20', 'maxLength: 10'],
    all,
    'breaking',
    'other',
  ],
  [
    'a scope is required in addition',
    ["['books:write'] }]", "['books:write', 'books:read'] }]"],
    change,
    'breaking',
    'other',
  ],
  [
    'a login is required',
    [
      '      operationId: removeBook\n',
      '      operationId: removeBook\n      security: [{ Login: [] }]\n',
    ],
    remove,
    'breaking',
    'other',
  ],
  [
    'a component that is another one, too, differs',
    ['description: There is none.', 'description: None.'],
    all,
    'other',
    'other',
  ],
  [
    'a description differs',
    ['description: The book.', 'description: One book.'],
    read,
    'other',
    'other',
  ],
]

/** All contracts of the table as one: comparing takes a second. */
function combined(contracts: readonly string[]): string {
  const parts = contracts.map((text, at) => {
    const own = text
      .replace(/(operationId: \w+|components\/\w+\/\w+)/g, `$1_${at}`)
      .replace(/\bLogin\b/g, `Login_${at}`)
    const { paths, components } = parse(own)
    const renamed = (part: object, rename: (name: string) => string) =>
      Object.fromEntries(Object.entries(part).map(([name, value]) => [rename(name), value]))
    const named = (name: string) => (name.endsWith(`_${at}`) ? name : `${name}_${at}`)
    return {
      paths: renamed(paths, (path) => `/${at}${path}`),
      components: Object.entries<object>(components).map(
        ([folder, members]) => [folder, renamed(members, named)] as const,
      ),
    }
  })
  const components: Record<string, object> = {}
  for (const [folder, members] of parts.flatMap((part) => part.components))
    components[folder] = { ...components[folder], ...members }
  const paths = Object.assign({}, ...parts.map((part) => part.paths))
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'All', version: '1' },
    paths,
    components,
  })
}

describe('the changes between two contracts', () => {
  let forward: readonly ContractChange[]
  let backward: readonly ContractChange[]
  beforeAll(async () => {
    const before = combined(table.map(() => contract))
    const after = combined(table.map(([, edit]) => edited(contract, edit)))
    forward = await changes(before, after)
    backward = await changes(after, before)
  })

  it.each(table.map(([name, , ...expected], at) => [name, at, ...expected] as const))(
    'are rated both ways, and name the operations: %s [K38]',
    (_, at, operations, there, back) => {
      const suffix = `_${at}`
      const found = [forward, backward].map((all) =>
        all.filter((each) => each.operations.some((id) => id.endsWith(suffix))),
      )
      expect(
        found.map((all) => [all[0]?.impact, new Set(all.flatMap((each) => each.operations))]),
        JSON.stringify(found, null, 2),
      ).toEqual(
        [there, back].map((impact) => [impact, new Set(operations.map((id) => id + suffix))]),
      )
    },
  )

  it('are listed by operation, breaking ones first, as sentences with their place [K38]', async () => {
    const after = edited(
      contract,
      ['version: 1.0.0', 'version: 1.1.0'],
      ['        isbn: { type: string }\n', ''],
      ['description: The book.', 'description: One book.'],
      ['maxLength: 20', 'maxLength: 10'],
      ['maxLength: 100', 'maxLength: 200'],
    )
    expect(listOfChanges(await changes(contract, after))).toBe(`readBook
  breaking  schemas/Book/properties/isbn: Property isbn of Book was removed.
  changed   responses/200/description: description changed from "The book." to "One book.".

readBook, changeBook, removeBook
  breaking  parameters/Id/schema/maxLength: maxLength changed from '20' to '10'.

the contract
  changed   info/version: version changed from "1.0.0" to "1.1.0".

changeBook
  changed   schemas/NewBook/properties/title/maxLength: maxLength changed from 100 to 200.

2 breaking, 0 added, 3 changed otherwise
`)
  })

  it('are none between equal contracts [K38]', async () => {
    expect(listOfChanges(await changes(contract, contract))).toBe('nothing has changed\n')
  })
})
