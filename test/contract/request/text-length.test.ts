import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { countFewCharacters } from '../../../src/contract/request/text-length.ts'

const schema = { allOf: [{ minLength: 2 }, { maxLength: 3 }] }

function faultsOf(value: unknown, isReplaced = true): unknown {
  const ajv = new Ajv2020({ allErrors: true })
  if (isReplaced) countFewCharacters(ajv)
  const validate = ajv.compile(schema)
  return validate(value) ? [] : validate.errors
}

describe('countFewCharacters', () => {
  it.each([
    '',
    'a',
    'ab',
    'abc',
    'abcd',
    'abcdefg',
    '😀',
    '😀😀',
    '😀😀😀',
    '😀😀😀😀',
    'a😀',
    '\ud800',
    '\ud800a',
    5,
    null,
  ])('reports the faults of ajv for %j', (value) => {
    expect(faultsOf(value)).toEqual(faultsOf(value, false))
  })

  it('does not read the characters of a text that is much too long [K6]', () => {
    const ajv = new Ajv2020()
    countFewCharacters(ajv)
    const validate = ajv.compile({ maxLength: 3 })
    const iterate = String.prototype[Symbol.iterator]
    let counted = 0
    String.prototype[Symbol.iterator] = function () {
      counted++
      return iterate.call(this)
    }
    try {
      expect(validate('x'.repeat(65_536))).toBe(false)
      expect(counted).toBe(0)
      expect(validate('😀😀😀')).toBe(true)
      expect(counted).toBe(1)
    } finally {
      String.prototype[Symbol.iterator] = iterate
    }
  })
})
