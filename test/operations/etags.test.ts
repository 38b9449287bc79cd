import { describe, expect, it } from 'vitest'
import { etagOf, PreconditionFailed, requireMatch } from '../../src/operations/etags.ts'

const row = { version: 2, createdAt: 1_700_000_000_000 }
const etag = etagOf(row)

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
    expect(() => requireMatch(ifMatch, row)).not.toThrow()
  })

  it.each(['"other"', 'W/"other"', etag.slice(1, -1), '""'])('refuses %j', (ifMatch) => {
    expect(() => requireMatch(ifMatch, row)).toThrow(PreconditionFailed)
  })
})
