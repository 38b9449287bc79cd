import { describe, expect, it } from 'vitest'
import { emailKey, usernameKey } from '../../src/store/user-row.ts'

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

describe('emailKey', () => {
  it('is the same for spellings of one address [K76]', () => {
    const spellings = ['Ada@straße.example', 'ada@STRAßE.example', 'ADA@xn--strae-oqa.example']
    expect(new Set(spellings.map(emailKey))).toEqual(new Set(['ada@xn--strae-oqa.example']))
  })

  it.each(['@example.com', 'ada', 'ada@', 'a@b@example.com', '@', ''])(
    'is undefined for %j, which has not the form of an address [K71]',
    (text) => expect(emailKey(text)).toBeUndefined(),
  )

  it.each([...'/?#%:\\@ \t\n\u3000'])('is undefined for a domain with %j [K71]', (character) => {
    expect(emailKey(`ada@example.com${character}x`)).toBeUndefined()
    expect(emailKey(`ada@exa${character}mple.com`)).toBeUndefined()
  })
})
