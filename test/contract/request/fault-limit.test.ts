import { createRequire } from 'node:module'
import * as ajvPackage from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { limitFaults } from '../../../src/contract/request/fault-limit.ts'

/** The number of faults that are collected; 0 if the value is valid. */
function faultsOf(schema: object, value: unknown, copy = ajvPackage): number {
  const ajv = new copy.Ajv2020({ allErrors: true, strict: false })
  limitFaults(ajv, 100, copy)
  const validate = ajv.compile(schema)
  return validate(value) ? 0 : (validate.errors?.length ?? 0)
}

const object = (length: number, value: unknown = 1) =>
  Object.fromEntries(Array.from({ length }, (_, at) => [`x${at}`, value]))
const list = (length: number, value: unknown = 1) => Array.from({ length }, () => value)
const text = { type: 'string' }

const schemas: [keyword: string, schema: object, value: unknown][] = [
  ['additionalProperties: false', { additionalProperties: false }, object(1000)],
  ['additionalProperties', { additionalProperties: text }, object(1000)],
  ['unevaluatedProperties', { unevaluatedProperties: false }, object(1000)],
  ['patternProperties', { patternProperties: { '^x': text } }, object(1000)],
  ['items', { items: text }, list(1000)],
  ['items after prefixItems', { prefixItems: [{}], items: text }, list(1000)],
  ['unevaluatedItems', { unevaluatedItems: text }, list(1000)],
]

describe('limitFaults', () => {
  it.each(schemas)('stops at the hundredth fault of %s [J1]', (_, schema, value) => {
    expect(faultsOf(schema, value)).toBe(100)
  })

  it('stops at the hundredth name that is not allowed [J1]', () => {
    // Each has two faults: the one of the name, and that of the object.
    expect(faultsOf({ propertyNames: { maxLength: 1 } }, object(1000))).toBeLessThanOrEqual(200)
  })

  it('works with any copy of ajv: an installation may have several', () => {
    const require = createRequire(import.meta.url)
    const before = { ...require.cache }
    for (const name in before) if (/[\\/]ajv[\\/]/.test(name)) delete require.cache[name]
    const copy: typeof ajvPackage = require('ajv/dist/2020.js')
    Object.assign(require.cache, before)
    expect(copy.Name).not.toBe(ajvPackage.Name)
    expect(faultsOf({ items: text }, list(1000), copy)).toBe(100)
  })

  it('bounds the faults of nested lists [J1]', () => {
    const nested = list(1000, list(1000, list(10)))
    const schema = { items: { items: { items: text } } }
    expect(faultsOf(schema, nested)).toBeLessThan(300)
  })

  it('bounds the faults of a schema that is referenced [J1]', () => {
    const schema = { $defs: { row: { items: { items: text } } }, items: { $ref: '#/$defs/row' } }
    expect(faultsOf(schema, list(1000, list(1000, list(10))))).toBeLessThan(300)
  })

  it('lists all faults if they are fewer [J1]', () => {
    expect(faultsOf({ items: text }, list(99))).toBe(99)
    expect(faultsOf({ additionalProperties: false }, object(7))).toBe(7)
  })

  it('still reads on after faults in an alternative that does not apply', () => {
    const anyOf = [{ items: text }, { items: { type: 'integer', maximum: 1 } }]
    expect(faultsOf({ anyOf }, list(1000))).toBe(0)
    expect(faultsOf({ anyOf }, [...list(1000), 2])).toBeGreaterThan(0)
  })

  it('still reads on in a member of a list after faults in an alternative of the member', () => {
    const row = { anyOf: [{ items: text }, { items: { type: 'integer', maximum: 1 } }] }
    expect(faultsOf({ items: row }, list(3, list(1000)))).toBe(0)
    expect(faultsOf({ items: row }, [list(1000), [...list(1000), 2]])).toBeGreaterThan(0)
  })

  it('still reads on below a condition and a negation', () => {
    const isText = { items: text }
    const isSmall = { items: { maximum: 1 } }
    expect(faultsOf({ if: isText, else: isSmall }, list(1000))).toBe(0)
    expect(faultsOf({ if: isText, else: isSmall }, [...list(1000), 2])).toBeGreaterThan(0)
    expect(faultsOf({ not: isText }, list(1000))).toBe(0)
  })
})
