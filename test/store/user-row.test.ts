import { describe, expect, it } from 'vitest'
import { usernameKey } from '../../src/store/user-row.ts'

describe('usernameKey', () => {
  it.each([
    ['alice', ['Alice', 'ALICE', 'ａｌｉｃｅ', 'Ａlice', 'ªlice']],
    ['strasse', ['STRASSE', 'straße', 'ﬆrasse', 'ſtrasse']],
    ['henry', ['ℌenry', 'ℋenry', '\u210Eenry']],
    ['é', ['e\u0301', 'É', 'E\u0301']],
    // Lower case takes them apart: they meet only when they are composed again.
    ['\u1ECB', ['\u1ECA', 'I\u0323', '\u0131\u0323']],
  ])('of %j is that of its disguises %j [H4]', (name, disguises) => {
    expect(disguises.map(usernameKey)).toEqual(disguises.map(() => usernameKey(name)))
    expect(usernameKey(usernameKey(name))).toBe(usernameKey(name))
  })

  it('tells other names apart', () => {
    const names = ['alice', 'alicé', 'al1ce', 'alice1', 'аlice']
    expect(new Set(names.map(usernameKey)).size).toBe(names.length)
  })
})
