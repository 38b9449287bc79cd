import { describe, expect, it } from 'vitest'
import { BadRequest } from '../../../src/contract/errors/refusal.ts'
import { formReader } from '../../../src/contract/request/form.ts'
import { defaultLimits } from '../../../src/contract/request/limits.ts'

const repeated = ['a=1&a=2', 'a=1&a=1', 'a=1&a=', 'a=&a=', 'a&a', 'a=1&%61=2', 'a+b=1&a%20b=2']
const objects = [
  'username[a]=x',
  'username[]=x',
  'username[=x',
  'username%5Ba%5D=x',
  '__proto__[x]=1',
  '__proto__=1',
  '__proto__',
  '__proto__=',
  '%5F_proto__=1',
]
const decoded = [
  ['plus is a space', 'a=b+c', 'b c'],
  ['an escaped plus is a plus', 'a=b%2Bc', 'b+c'],
  ['an escaped space is a space', 'a=b%20c', 'b c'],
  ['the second = belongs to the value', 'a=b=c', 'b=c'],
  ['an escaped & belongs to the value', 'a=b%26c%3D1', 'b&c=1'],
  ['UTF-8 of two bytes', 'a=%C3%A9', 'é'],
  ['UTF-8 of four bytes', 'a=%F0%9F%98%80', '😀'],
  ['UTF-8 that is not escaped', 'a=é😀', 'é😀'],
] as const
const undecodable = [
  ['an escape of no digits', 'a=%ZZ'],
  ['an escape of one digit', 'a=%F'],
  ['a lone percent sign', 'a=100%'],
  ['a byte that cannot start a character', 'a=%FF'],
  ['an incomplete character', 'a=%C3'],
  ['half a surrogate pair', 'a=%ED%A0%80'],
  ['an overlong NUL', 'a=%C0%80'],
  ['a name', '%ZZ=a'],
] as const
const controls = ['%00', '%09', '%0A', '%0D', '%1F', '%7F', '\n', '\u0000'] as const

const parseForm = (text: string) =>
  formReader({ openapi: '3.1.0', paths: {} }, {}, defaultLimits)(text).values

describe('A form', () => {
  it('reads fields', () => {
    expect({ ...parseForm('username=johndoe&password=secret123') }).toEqual({
      username: 'johndoe',
      password: 'secret123',
    })
  })

  it.each(['', '&', '&&a=1&&', 'a=1&'])('ignores empty pairs: %j', (text) => {
    expect({ ...parseForm(text) }).toEqual(text.includes('a') ? { a: '1' } : {})
  })

  it('rejects more than a hundred fields, without reading them [A7]', () => {
    const fields = Array.from({ length: 100 }, (_, at) => `x${at}=1`).join('&')
    expect(Object.keys(parseForm(fields))).toHaveLength(100)
    // A field that is not percent-encoded would be refused with a different message.
    for (const more of ['&y=1', '&%ZZ', '&'])
      expect(() => parseForm(`${fields}${more}`)).toThrow(
        new BadRequest('The form has too many fields: use at most 100'),
      )
  })

  it('treats an empty value as omitted [A6]', () => {
    expect({ ...parseForm('scope=&grant_type&username=johndoe') }).toEqual({ username: 'johndoe' })
  })

  it('reads each name completely, even an empty one', () => {
    expect({ ...parseForm('ab&ac&=1') }).toEqual({ '': '1' })
  })

  it('keeps unknown fields [A6]', () => {
    expect({ ...parseForm('color=blue') }).toEqual({ color: 'blue' })
  })

  it.each(repeated)('rejects a repeated field: %s [A7]', (text) => {
    expect(() => parseForm(text)).toThrow(new BadRequest('A field is repeated'))
  })

  it.each(objects)('rejects a name that other parsers turn into an object: %s [A8]', (text) => {
    expect(() => parseForm(text)).toThrow(new BadRequest('A field name is not allowed'))
  })

  it('returns an object without a prototype [A8]', () => {
    const form = parseForm('constructor=a&toString=b&hasOwnProperty=c')
    expect(Object.getPrototypeOf(form)).toBeNull()
    expect(Object.entries(form)).toEqual([
      ['constructor', 'a'],
      ['toString', 'b'],
      ['hasOwnProperty', 'c'],
    ])
    expect(parseForm('a=1').toString).toBeUndefined()
  })

  it.each(decoded)('decodes: %s [A10]', (_, text, value) => {
    expect(parseForm(text).a).toBe(value)
  })

  it.each(undecodable)('rejects %s [A10]', (_, text) => {
    expect(() => parseForm(text)).toThrow(new BadRequest('A field is not percent-encoded UTF-8'))
  })

  it.each(controls)('leaves the control character %j in a value to the schema [A11]', (control) => {
    expect(parseForm(`password=a${control}b`).password).toBe(`a${decodeURIComponent(control)}b`)
  })

  it.each(controls)('rejects the control character %j in a name [A11]', (control) => {
    expect(() => parseForm(`pass${control}word=`)).toThrow(
      new BadRequest('A field name is not allowed'),
    )
  })
})
