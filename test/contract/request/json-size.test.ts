import { describe, expect, it } from 'vitest'
import { BadRequest } from '../../../src/contract/errors/refusal.ts'
import { requireFewValues } from '../../../src/contract/request/json-size.ts'
import { defaultLimits } from '../../../src/contract/request/limits.ts'

const limits = { ...defaultLimits, jsonDepth: 2_000 }
const tooMany = new BadRequest('The body has too many values: use at most 1000')

const many: [what: string, text: string][] = [
  ['fields', `{${'"a":1,'.repeat(1000)}"a":1}`],
  ['items', `[${'1,'.repeat(1000)}1]`],
  ['nested lists', '['.repeat(1001)],
  ['nested objects', '{"a":'.repeat(1001)],
  ['strings that end with an escaped backslash', `[${'"\\\\",'.repeat(1000)}1]`],
]

describe('requireFewValues', () => {
  it.each(many)('refuses more than a thousand %s [J7]', (_, text) => {
    expect(() => requireFewValues(text, limits)).toThrow(tooMany)
  })

  it.each([
    ['a thousand items', `[${'1,'.repeat(999)}1]`],
    ['commas and brackets in a string', JSON.stringify({ a: ',[{'.repeat(2000) })],
    ['escaped quotes in a string', JSON.stringify({ a: '",[{\\'.repeat(2000) })],
    ['text that is not JSON', '"'.repeat(2000)],
  ])('accepts %s', (_, text) => {
    expect(() => requireFewValues(text, limits)).not.toThrow()
  })

  it.each([
    ['lists', '['],
    ['objects', '{"a":'],
  ])('refuses more than a hundred nested %s [J7]', (_, opening) => {
    const deep = (levels: number) => () => requireFewValues(opening.repeat(levels), defaultLimits)
    expect(deep(100)).not.toThrow()
    expect(deep(101)).toThrow(
      new BadRequest('The body is nested too deeply: use at most 100 levels'),
    )
  })

  it('counts lists that are closed as closed', () => {
    expect(() => requireFewValues('[],'.repeat(400), defaultLimits)).not.toThrow()
  })

  it('uses the limits of the server', () => {
    const few = { jsonValues: 2, jsonDepth: 1 }
    expect(() => requireFewValues('[1,2]', few)).not.toThrow()
    expect(() => requireFewValues('[1,2,3]', few)).toThrow('use at most 2')
    expect(() => requireFewValues('[[]]', few)).toThrow('use at most 1 level')
  })

  it('refuses a number of more than a thousand digits [K6]', () => {
    const number = (digits: number) => () => requireFewValues(`[-${'7'.repeat(digits)}.5]`, limits)
    expect(number(1000)).not.toThrow()
    expect(number(1001)).toThrow(new BadRequest('The body has a number of more than 1000 digits'))
    expect(() => requireFewValues(`["${'7'.repeat(2000)}"]`, limits)).not.toThrow()
  })
})
