import { describe, expect, it } from 'vitest'
import { digestOf } from '../../src/contract/digest.ts'

describe('digestOf', () => {
  it('differs for different texts', () => {
    expect(digestOf('title: Tessera\n')).toBe(digestOf('title: Tessera\n'))
    expect(digestOf('title: Tessera\n')).not.toBe(digestOf('title: Mosaic\n'))
  })

  it('does not depend on line ends', () => {
    expect(digestOf('a\r\nb\r\n')).toBe(digestOf('a\nb\n'))
  })
})
