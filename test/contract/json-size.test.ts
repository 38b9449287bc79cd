import { describe, expect, it } from 'vitest'
import { requireFewValues } from '../../src/contract/json-size.ts'
import { BadRequest } from '../../src/contract/refusal.ts'

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
    expect(() => requireFewValues(text)).toThrow(tooMany)
  })

  it.each([
    ['a thousand items', `[${'1,'.repeat(999)}1]`],
    ['commas and brackets in a string', JSON.stringify({ a: ',[{'.repeat(2000) })],
    ['escaped quotes in a string', JSON.stringify({ a: '",[{\\'.repeat(2000) })],
    ['text that is not JSON', '"'.repeat(2000)],
  ])('accepts %s', (_, text) => {
    expect(() => requireFewValues(text)).not.toThrow()
  })
})
