/** What the kit says about responses with texts, lists in headers, and streams. */
import { describe, expect, it } from 'vitest'
import { contractOf } from '../../../src/contract/contract.ts'
import { kitOperations } from '../../../src/contract/kit/kit-operation.ts'
import { responseCheck } from '../../../src/contract/kit/response-check.ts'
import { type SchemaNode, schemasOf } from '../../../src/contract/kit/schemas.ts'

interface Declared {
  readonly header?: SchemaNode
  readonly mediaType?: string
  readonly schema?: SchemaNode
}

/** The faults of a 200 of an operation that declares this. */
function faultsOf({ header, mediaType = 'text/plain', schema }: Declared, value: string): string[] {
  const headers = header === undefined ? {} : { headers: { 'X-Value': { schema: header } } }
  const content = schema === undefined ? {} : { content: { [mediaType]: { schema } } }
  const responses = { 200: { description: 'It.', ...headers, ...content } }
  const document = {
    openapi: '3.1.0',
    info: { title: 'One operation', version: '1.0.0' },
    paths: { '/it': { get: { operationId: 'readIt', security: [], responses } } },
  }
  const contract = contractOf(JSON.parse(JSON.stringify(document)))
  const [operation] = kitOperations(contract)
  if (!operation) throw new Error('the contract has no operation')
  return responseCheck(schemasOf(contract.document)).faultsOf(operation, {
    status: 200,
    headers: {
      ...(schema !== undefined && { 'content-type': mediaType }),
      ...(header !== undefined && { 'x-value': value }),
    },
    text: schema === undefined ? '' : value,
  })
}

const integers = { type: 'array', items: { type: 'integer' }, maxItems: 3 }
const quoted = { type: 'array', items: { type: 'string', pattern: '^".*"$' } }

describe('a header that is a list', () => {
  it.each([
    [integers, '1,2'],
    [integers, '1, 2 ,3'],
    [integers, ''],
    [quoted, '"a,b", "c"'],
    [{ type: 'array', items: { type: 'string' } }, '1,x'],
    [{ oneOf: [{ const: '*' }, integers] }, '*'],
    [{ type: 'array' }, 'a,b'],
  ])('of %j may be %j [K9]', (header, value) => {
    expect(faultsOf({ header }, value)).toEqual([])
  })

  it.each([
    [integers, 'not,integers'],
    [integers, '1,,2'],
    [integers, '1,'],
    [integers, '1,2,3,4'],
    [quoted, '"a", b'],
    [{ oneOf: [{ const: '*' }, integers] }, 'x'],
  ])('of %j must not be %j [K9]', (header, value) => {
    expect(faultsOf({ header }, value)).toEqual([
      `the header x-value is ${JSON.stringify(value)}, which its schema does not allow`,
    ])
  })
})

describe('a body of text', () => {
  const either = { type: 'string', enum: ['yes', 'no'] }
  it.each([
    [either, 'yes', []],
    [{ type: 'string' }, '1', []],
    [{ type: 'object', properties: { a: {} } }, '<a/>', []],
    [{ type: 'string', format: 'binary', maxLength: 1 }, 'bytes', []],
    [
      either,
      'neither',
      ['body must be equal to one of the allowed values {"allowedValues":["yes","no"]}'],
    ],
    [
      { enum: ['yes'] },
      'no',
      ['body must be equal to one of the allowed values {"allowedValues":["yes"]}'],
    ],
  ])('of %j that is %j has the faults %j [K9]', (schema, value, faults) => {
    expect(faultsOf({ schema }, value)).toEqual(faults)
  })
})

describe('a stream', () => {
  const item = { type: 'object', required: ['a'], properties: { a: { type: 'string' } } }
  const lines = 'application/x-ndjson'
  const events = 'text/event-stream'
  it.each([
    [lines, item, '{"a":"x"}\n\n{"a":"y"}\r\n', []],
    [lines, item, '', []],
    [
      lines,
      item,
      '{"a":1}\nnot json\n',
      ['line/a must be string {"type":"string"}', 'a line is not JSON'],
    ],
    [events, item, ':\n\nevent: x\nid: 1\ndata: {"a":\ndata: "x"}\n\nrubbish', []],
    [
      events,
      item,
      'data:{"a":"x"}\r\n\r\ndata: {}\r\r',
      ['data must have required property \'a\' {"missingProperty":"a"}'],
    ],
    [events, item, 'data: x\n\n', ['the data of an event is not JSON']],
    [
      events,
      { type: 'string', enum: ['x', '1'] },
      'data: x\n\ndata\ndata: 1\n\ndata: 1\n\n',
      ['data must be equal to one of the allowed values {"allowedValues":["x","1"]}'],
    ],
    [events, item, 'data:{"a":\r\ndata: "x"}\r\n\r\n', []],
    [events, { type: 'integer' }, 'data: 1\n\n', []],
  ])('%s of %j with %j has the faults %j [K9]', (mediaType, schema, text, faults) => {
    expect(faultsOf({ mediaType, schema }, text)).toEqual(faults)
  })
})

describe('a property of requests only', () => {
  const mediaType = 'application/json'
  const secret = { type: 'object', properties: { secret: { type: 'string', writeOnly: true } } }
  const schema = { allOf: [secret, { required: ['secret'] }] }

  it('is not required of a response, and not allowed in one [K9] [K27]', () => {
    expect(faultsOf({ mediaType, schema }, '{}')).toEqual([])
    expect(faultsOf({ mediaType, schema }, '{"secret":"x"}')).toContain(
      'body/secret must be absent in a response {}',
    )
  })
})
