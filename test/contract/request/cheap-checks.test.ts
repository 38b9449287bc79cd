import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { cheapChecksFirst } from '../../../src/contract/request/cheap-checks.ts'

/** The keywords that reject a value. */
function faultsOf(schema: object, value: unknown): string[] {
  let tried = 0
  const formats = { counted: { validate: () => ++tried < 0 } }
  const ajv = new Ajv2020({ allErrors: true, strict: false, formats })
  const validate = ajv.compile(cheapChecksFirst('schema', schema))
  const faults = validate(value) ? [] : (validate.errors ?? []).map(({ keyword }) => keyword)
  return [...faults, ...(tried > 0 ? ['tried'] : [])]
}

describe('cheapChecksFirst', () => {
  const schema = { type: 'string', maxLength: 3, pattern: '^b', format: 'counted' }

  it('tries neither pattern nor format on a text that is too long [K6]', () => {
    expect(faultsOf(schema, 'aaaa')).toEqual(['maxLength'])
  })

  it('tries them on a shorter text', () => {
    expect(faultsOf(schema, 'aaa')).toEqual(['pattern', 'format', 'if', 'tried'])
  })

  it('does so at any depth, beside other conditions, and in components [K6]', () => {
    const nested = {
      $defs: { text: { ...schema, allOf: [{ minLength: 2 }], if: true } },
      properties: { pattern: { items: { $ref: '#/$defs/text' } }, maxLength: schema },
    }
    expect(faultsOf(nested, { pattern: ['aaaa'], maxLength: 'aaaa' })).toEqual([
      'maxLength',
      'maxLength',
    ])
    expect(faultsOf(nested, { pattern: ['b'] })).toContain('minLength')
  })

  it('changes no values that look like schemas', () => {
    for (const key of ['const', 'default', 'enum', 'example'])
      for (const value of [schema, [schema]])
        expect(cheapChecksFirst('schema', { [key]: value })).toEqual({ [key]: value })
  })

  it('does so for a property that has the name of a keyword [K6]', () => {
    const { type: _, ...untyped } = schema
    for (const key of ['const', 'default', 'enum', 'example'])
      expect(faultsOf({ properties: { [key]: untyped } }, { [key]: 'aaaa' })).toEqual(['maxLength'])
  })

  it('does not change its argument', () => {
    const before = structuredClone(schema)
    cheapChecksFirst('schema', schema)
    expect(schema).toEqual(before)
  })
})
