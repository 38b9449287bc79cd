/** The texts that the kit makes from a schema: its limits, any Unicode, and what people write. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { contractOf } from '../../../src/contract/contract.ts'
import { type SchemaNode, schemasOf } from '../../../src/contract/kit/schemas.ts'
import { valueMaker } from '../../../src/contract/kit/values.ts'

const { document } = contractOf({ openapi: '3.1.0', paths: {} })

function textsOf(schema: SchemaNode): readonly string[] {
  return fc.sample(valueMaker(schemasOf(document))(schema), { numRuns: 300, seed: 1 }).map(String)
}

const shareOf = (texts: readonly string[], is: (text: string) => boolean) =>
  texts.filter(is).length / texts.length

it('a third are ordinary texts, which the schema allows [K9]', () => {
  const texts = textsOf({ type: 'string', minLength: 1, maxLength: 80 })
  expect(textsOf({ type: 'string', minLength: 1, maxLength: 80 })).toEqual(texts)
  const lengths = texts.map((text) => [...text].length)
  expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([1, 80])
  expect(shareOf(texts, (text) => /^\p{L}.* /u.test(text))).toBeGreaterThan(0.25)
  expect(lengths.filter((length) => length > 1 && length < 80).length).toBeGreaterThan(100)
  for (const part of [/\w'\w/, /[a-z][à-ÿ]/i, /\p{Extended_Pictographic}/u])
    expect(shareOf(texts, (text) => part.test(text))).toBeGreaterThan(0.05)
  expect(shareOf(texts, (text) => /^[\x20-\x7E]+$/.test(text))).toBeGreaterThan(0.25)
})

it('few are empty where no length is declared [K9]', () => {
  const texts = textsOf({ type: 'string' })
  expect(texts).toContain('')
  expect(shareOf(texts, (text) => text === '')).toBeLessThan(0.25)
})

it('are those of its pattern, where it has one [K9]', () => {
  for (const text of textsOf({ type: 'string', pattern: '^[a-z]{2,9}$' }))
    expect(text).toMatch(/^[a-z]{2,9}$/)
})
