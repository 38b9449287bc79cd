import { describe, expect, it } from 'vitest'
import { usernameKey } from '../../src/store/user-row.ts'

describe('usernameKey', () => {
  it.each([
    ['alice', ['Alice', 'ALICE', 'ａｌｉｃｅ', 'Ａlice', 'ªlice']],
    ['strasse', ['STRASSE', 'straße', 'ﬆrasse', 'ſtrasse']],
    ['henry', ['ℌenry', 'ℋenry', '\u210Eenry']],
    ['é', ['e\u0301', 'É', 'E\u0301']],
    // Equal only after the second normalization.
    ['\u1ECB', ['\u1ECA', 'I\u0323', '\u0131\u0323']],
  ])('of %j equals that of the equivalent names %j [H4]', (name, equivalents) => {
    expect(equivalents.map(usernameKey)).toEqual(equivalents.map(() => usernameKey(name)))
    expect(usernameKey(usernameKey(name))).toBe(usernameKey(name))
  })

  it('differs for names that are not equivalent', () => {
    const names = ['alice', 'alicé', 'al1ce', 'alice1', 'аlice']
    expect(new Set(names.map(usernameKey)).size).toBe(names.length)
  })
})
