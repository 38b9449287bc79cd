import { describe, expect, it } from 'vitest'
import { etagOf, isNotModified, requireMatch } from '../../src/operations/etags.ts'
import { refuseOf } from '../harness/refuse-of.ts'

const row = { version: 2, createdAt: 1_700_000_000_000 }
const etag = etagOf(row)
const refuse = refuseOf('readItem')
const failed = expect.objectContaining({ status: 412, code: 'precondition_failed' })

describe('etagOf', () => {
  it('is strong, and differs between versions and between rows that had the same id', () => {
    expect(etag).toMatch(/^"[!#-~]+"$/)
    expect(etagOf({ ...row, version: 3 })).not.toBe(etag)
    expect(etagOf({ ...row, createdAt: row.createdAt + 1 })).not.toBe(etag)
    expect(etagOf({ ...row })).toBe(etag)
  })
})

describe('requireMatch', () => {
  it.each([
    undefined,
    '*',
    etag,
    `"other", ${etag}`,
    `${etag},"other"`,
    `W/"x" ,\t${etag}`,
    `W/${etag}`,
  ])('takes %j', (ifMatch) => {
    expect(() => requireMatch(ifMatch, row, refuse)).not.toThrow()
  })

  it.each(['"other"', 'W/"other"', etag.slice(1, -1), '""'])('refuses %j', (ifMatch) => {
    expect(() => requireMatch(ifMatch, row, refuse)).toThrow(failed)
  })
})

describe('isNotModified', () => {
  it.each([
    ['*', true],
    [etag, true],
    [`W/${etag}`, true],
    [`"other",${etag}`, true],
    ['"other"', false],
    [undefined, false],
  ])('compares If-None-Match: %j → %j [D11]', (ifNoneMatch, expected) => {
    const header = ifNoneMatch === undefined ? {} : { 'If-None-Match': ifNoneMatch }
    expect(isNotModified(header, row, refuse)).toBe(expected)
  })

  it('evaluates If-Match first [D11]', () => {
    const both = { 'If-Match': '"other"', 'If-None-Match': etag }
    expect(() => isNotModified(both, row, refuse)).toThrow(failed)
    expect(isNotModified({ 'If-Match': etag, 'If-None-Match': etag }, row, refuse)).toBe(true)
  })
})
