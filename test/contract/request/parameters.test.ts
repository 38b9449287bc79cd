/** Styles of parameters: what a handler gets, and what is rejected. Each test asks a real server. */
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { ContractError } from '../../../src/contract/document/document.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const integers = '{ type: array, items: { type: integer }, maxItems: 3 }'
const color = `{ type: object, required: [R], properties: { R: { type: integer }, name: { type: string }, tags: ${integers} } }`
const flat = '{ type: object, properties: { R: { type: integer }, name: { type: string } } }'

/** An operation for each group, so that each test has all parameters of its group. */
const groups = {
  lists: `
        - { name: form, in: query, schema: ${integers} }
        - { name: commas, in: query, explode: false, schema: ${integers} }
        - { name: spaces, in: query, style: spaceDelimited, schema: ${integers} }
        - { name: pipes, in: query, style: pipeDelimited, schema: ${integers} }
        - { name: 'b[]', in: query, schema: ${integers} }
        - { name: words, in: query, explode: false, schema: { type: array, items: { type: string } } }
        - { name: one, in: query, schema: { oneOf: [{ type: string }, { type: array, items: { type: string } }] } }
        - { name: X-Ids, in: header, schema: ${integers} }
        - { name: ids, in: cookie, explode: false, schema: ${integers} }`,
  objects: `
        - { name: deep, in: query, style: deepObject, explode: true, schema: ${color} }
        - { name: closed, in: query, style: deepObject, explode: true, schema: { type: object, additionalProperties: false, properties: { constructor: { type: string } } } }
        - { name: exploded, in: query, schema: ${color.replaceAll('R', 'G').replace('name', 'title')} }
        - { name: commas, in: query, explode: false, schema: ${flat} }
        - { name: X-Color, in: header, schema: ${flat} }
        - { name: X-Parts, in: header, explode: true, schema: ${flat} }
        - { name: json, in: query, content: { application/json: { schema: ${color} } } }`,
  texts: `
        - { name: constructor, in: query, required: true, schema: { type: string } }
        - { name: toString, in: query, schema: { type: string } }
        - { name: big, in: query, schema: { type: integer, format: int64 } }
        - { name: ratio, in: query, schema: { type: number } }
        - { name: flag, in: query, schema: { type: boolean } }
        - { name: none, in: query, allowEmptyValue: true, schema: { type: [integer, 'null'] } }
        - { name: empty, in: query, allowEmptyValue: true, schema: { type: string } }
        - { name: limit, in: query, schema: { type: integer, default: 10 } }
        - { name: open, in: query, allowReserved: true, schema: { type: string } }
        - { name: either, in: query, schema: { oneOf: [{ type: integer }, { type: boolean }] } }
        - { name: level, in: query, schema: { enum: [1, 2, 3] } }
        - { name: named, in: query, schema: { $ref: '#/components/schemas/Level' } }`,
}
const paths = Object.entries(groups)
  .map(
    ([name, parameters]) => `
  /${name}:
    get:
      operationId: ${name}
      parameters:${parameters}
      responses: { '200': { description: Read., content: { application/json: {} } } }`,
  )
  .join('')
const pathLists = `
  /ids/{ids}/{color}:
    get:
      operationId: inPath
      parameters:
        - { name: ids, in: path, required: true, schema: ${integers} }
        - { name: color, in: path, required: true, explode: true, schema: ${flat} }
      responses: { '200': { description: Read., content: { application/json: {} } } }
components:
  schemas:
    Level: { allOf: [{ type: integer }, { minimum: 1 }] }
`

const tell: AnyHandler = ({ query, header, cookie, path }, respond) =>
  respond[200]?.({
    headers: {},
    body: { ...Object(query), ...Object(header), ...Object(cookie), ...Object(path) },
  })

const handlers = { lists: tell, objects: tell, texts: tell, inPath: tell }

async function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const { url } = await contractServer(paths + pathLists, handlers)
  return await rawRequest(`${url}${path}`, { headers })
}

describe('A list is read from', () => {
  it.each([
    ['a repeated parameter', '/lists?form=1&form=2', { form: [1, 2] }],
    ['one parameter', '/lists?form=1', { form: [1] }],
    ['commas', '/lists?commas=1,2', { commas: [1, 2] }],
    ['spaces', '/lists?spaces=1%202+3', { spaces: [1, 2, 3] }],
    ['pipes', '/lists?pipes=1|2%7C3', { pipes: [1, 2, 3] }],
    ['a name with brackets', '/lists?b[]=1&b%5B%5D=2', { 'b[]': [1, 2] }],
    ['texts with encoded commas', '/lists?words=a%2Cb,c', { words: ['a,b', 'c'] }],
    ['a parameter that may also be a text', '/lists?one=a&one=b', { one: ['a', 'b'] }],
    ['the same, sent once', '/lists?one=a', { one: 'a' }],
  ])('%s [K5]', async (_, path, values) => {
    expect(await (await ask(path)).json()).toEqual(values)
  })

  it('headers, cookies and paths [K5]', async () => {
    const headers = { 'x-ids': '1, 2,3', cookie: 'ids=4,5' }
    expect(await (await ask('/lists', headers)).json()).toEqual({
      'X-Ids': [1, 2, 3],
      ids: [4, 5],
    })
    expect(await (await ask('/ids/1,2/R=1,name=a%2Cb')).json()).toEqual({
      ids: [1, 2],
      color: { R: 1, name: 'a,b' },
    })
  })
})

describe('An object is read from', () => {
  it.each([
    [
      'brackets',
      '/objects?deep[R]=1&deep%5Bname%5D=a&deep[tags]=1&deep[tags]=2&deep[x]=y',
      { deep: { R: 1, name: 'a', tags: [1, 2], x: 'y' } },
    ],
    [
      'brackets, with the name of what every object inherits',
      '/objects?closed[constructor]=a',
      { closed: { constructor: 'a' } },
    ],
    [
      'parameters named as its properties',
      '/objects?G=1&tags=2&title=a',
      { exploded: { G: 1, tags: [2], title: 'a' } },
    ],
    ['names and values', '/objects?commas=R,1,name,a%2Cb', { commas: { R: 1, name: 'a,b' } }],
    [
      'JSON',
      `/objects?json=${encodeURIComponent('{"R":1,"tags":[2]}')}`,
      { json: { R: 1, tags: [2] } },
    ],
  ])('%s [K5]', async (_, path, values) => {
    expect(await (await ask(path)).json()).toEqual(values)
  })

  it('headers [K5]', async () => {
    const headers = { 'x-color': 'R,1,name,a', 'x-parts': 'R=2, name=b' }
    expect(await (await ask('/objects', headers)).json()).toEqual({
      'X-Color': { R: 1, name: 'a' },
      'X-Parts': { R: 2, name: 'b' },
    })
  })
})

describe('A text is converted to', () => {
  it.each([
    [
      'its type',
      'big=-9007199254740991&ratio=1e2&flag=false',
      { big: -9007199254740991, ratio: 100, flag: false },
    ],
    ['null, if it is empty and no text is allowed', 'none=', { none: null }],
    ['a number where the alternatives are a number and a boolean', 'either=1', { either: 1 }],
    ['a boolean there', 'either=true', { either: true }],
    ['the type of its allowed values', 'level=2', { level: 2 }],
    ['the type that a component declares', 'named=2', { named: 2 }],
    [
      'no other value than it has, reserved characters included',
      'open=a:/?@!$;,b&empty=',
      { open: 'a:/?@!$;,b', empty: '' },
    ],
  ])('%s [K5]', async (_, query, values) => {
    expect(await (await ask(`/texts?constructor=a&${query}`)).json()).toEqual({
      constructor: 'a',
      limit: 10,
      ...values,
    })
  })
})

describe('A request returns 400', () => {
  it.each([
    ['a number in a list that is not a JSON number', '/lists?form=1&form=0x10', '/form/1'],
    ['such a number between commas', '/lists?commas=1,1e1', '/commas/1'],
    ['such a number between spaces', '/lists?spaces=1%2001', '/spaces/1'],
    ['such a number between pipes', '/lists?pipes=+1|2', '/pipes/0'],
    ['such a number in an object', '/objects?deep[R]=0x10', '/deep/R'],
    ['such a number in an exploded object', '/objects?G=0x10', '/exploded/G'],
    ['too many items', '/lists?form=1&form=2&form=3&form=4', '/form'],
    ['a repeated list of commas', '/lists?commas=1&commas=2', '/commas'],
    ['a missing property', '/objects?deep[name]=a', '/deep/R'],
    ['a repeated property', '/objects?deep[R]=1&deep[R]=2', '/deep'],
    ['a name without a value', '/objects?commas=R', '/commas'],
    ['an object where a property is expected', '/objects?deep[R][a]=1', '/deep[R][a]'],
    ['a property named __proto__', '/objects?deep[__proto__]=1', '/deep[__proto__]'],
    ['an undeclared property of a closed object', '/objects?closed[a]=1', '/closed[a]'],
    ['a name without a property', '/objects?deep[]=1', '/deep[]'],
    ['an object without brackets', '/objects?deep=1', '/deep'],
    ['malformed JSON', '/objects?json=%7B', '/json'],
    ['JSON of a different type', '/objects?json=[]', '/json'],
    ['an integer that JavaScript rounds', '/texts?constructor=a&big=9007199254740993', '/big'],
    ['a missing parameter whose name every object inherits', '/texts', '/constructor'],
    ['a boolean that is none', '/texts?constructor=a&flag=1', '/flag'],
    ['an empty text', '/texts?constructor=', '/constructor'],
  ])('for %s [K5]', async (_, path, pointer) => {
    const { errors } = await expectProblem(await ask(path), 400, 'invalid_request')
    expect(errors).toEqual([{ in: 'query', pointer, detail: expect.any(String) }])
  })

  it('for a number in a list of a header, a cookie or a path that is not a JSON number [K5]', async () => {
    const headers = { 'x-ids': '1, 0x10', cookie: 'ids=1,01' }
    const { errors = [] } = await expectProblem(
      await ask('/lists', headers),
      400,
      'invalid_request',
    )
    expect(errors.map((fault) => fault.in + fault.pointer)).toEqual([
      'header/X-Ids/1',
      'cookie/ids/1',
    ])
    const inPath = await expectProblem(await ask('/ids/1,0x10/R=1'), 400, 'invalid_request')
    expect(inPath.errors).toMatchObject([{ in: 'path', pointer: '/ids/1' }])
  })
})

/** A contract with one parameter. */
const withParameter = (text: string) => () =>
  contractOf({ openapi: '3.1.0', paths: { '/a': { get: { parameters: [parse(text)] } } } })

describe('A contract is rejected', () => {
  it.each([
    [
      'a list of lists',
      '{ name: a, in: query, schema: { type: array, items: { type: array } } }',
      'a list of lists or objects',
    ],
    [
      'a list in brackets',
      '{ name: a, in: query, style: deepObject, schema: { type: array } }',
      'deepObject',
    ],
    [
      'a text in brackets',
      '{ name: a, in: query, style: deepObject, schema: { type: string } }',
      'deepObject',
    ],
    [
      'objects in an object',
      '{ name: a, in: query, style: deepObject, schema: { type: object, properties: { b: { type: object } } } }',
      'a property that is a list or an object',
    ],
    [
      'lists in an object of commas',
      '{ name: a, in: query, explode: false, schema: { type: object, properties: { b: { type: array } } } }',
      'a property that is a list or an object',
    ],
    [
      'any properties, exploded',
      '{ name: a, in: query, schema: { type: object } }',
      'any properties',
    ],
    [
      'an object or a text',
      '{ name: a, in: query, schema: { oneOf: [{ type: object }, { type: string }] } }',
      'an object or something else',
    ],
    [
      'a list or a text in one text',
      '{ name: a, in: query, explode: false, schema: { type: [array, string] } }',
      'a text or a list of texts',
    ],
    [
      'exploded pipes',
      '{ name: a, in: query, style: pipeDelimited, explode: true, schema: { type: array } }',
      'pipes',
    ],
    ['exploded cookies', '{ name: a, in: cookie, schema: { type: array } }', 'explode: false'],
    [
      'a style of paths',
      '{ name: a, in: path, style: matrix, schema: { type: string } }',
      'the style matrix',
    ],
    [
      'another media type',
      '{ name: a, in: query, content: { application/xml: {} } }',
      'application/xml',
    ],
    [
      'several media types',
      '{ name: a, in: query, content: { application/json: {}, text/plain: {} } }',
      'several media types',
    ],
    [
      'a name that is no property',
      '{ name: __proto__, in: query, schema: { type: string } }',
      '__proto__',
    ],
  ])('for %s [K5]', (_, text, message) => {
    const refused = withParameter(text)
    expect(refused).toThrow(ContractError)
    expect(refused).toThrow(/getA has the (query|path|cookie) parameter .+, which can/)
    expect(refused).toThrow(message)
  })
})
