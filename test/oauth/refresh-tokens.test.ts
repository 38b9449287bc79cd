import { describe, expect, it } from 'vitest'
import { digest } from '../../src/keys/secrets.ts'
import { newRefreshToken, parseRefreshToken, successorOf } from '../../src/oauth/refresh-tokens.ts'

describe('a refresh token', () => {
  const token = newRefreshToken()
  const [family = '', own = ''] = token.text.split('.')

  it('consists of a family and 256 random bits, each stored as a digest', () => {
    expect(token.text).toMatch(/^[\w-]{43}\.[\w-]{43}$/)
    expect(token).toMatchObject({ familyHash: digest(family), hash: digest(token.text) })
    expect(parseRefreshToken(token.text)).toEqual(token)
    expect(newRefreshToken().familyHash).not.toBe(token.familyHash)
  })

  it('has exactly this form', () => {
    for (const text of ['', family, `${family}.`, `.${own}`, `x${token.text}`, `${token.text}x`]) {
      expect(parseRefreshToken(text)).toBeUndefined()
    }
    expect(parseRefreshToken(`${family}.${own.slice(1)}`)).toBeUndefined()
    expect(parseRefreshToken(`${family}.${own.slice(1)}+`)).toBeUndefined()
  })

  it('has one successor per key and number, in the same family', () => {
    const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const successor = successorOf(token, one)
    expect(successor.familyHash).toBe(token.familyHash)
    expect(successor.hash).not.toBe(token.hash)
    expect(successorOf(token, one)).toEqual(successor)
    expect(successorOf(token, other).hash).not.toBe(successor.hash)
    const numbered = [0, 1, 11].map((number) => successorOf(token, one, number))
    expect(numbered[0]).toEqual(successor)
    expect(new Set(numbered.map(({ hash }) => hash)).size).toBe(3)
    expect(parseRefreshToken(successor.text)).toEqual(successor)
  })
})
