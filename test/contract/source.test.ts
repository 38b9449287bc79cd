import { describe, expect, it } from 'vitest'
import { digestOf } from '../../src/contract/source.ts'

describe('digestOf', () => {
  it('tells whether a text has changed', () => {
    expect(digestOf('title: Tessera\n')).toBe(digestOf('title: Tessera\n'))
    expect(digestOf('title: Tessera\n')).not.toBe(digestOf('title: Mosaic\n'))
  })

  it('is the same whatever the line ends are', () => {
    expect(digestOf('a\r\nb\r\n')).toBe(digestOf('a\nb\n'))
  })
})
