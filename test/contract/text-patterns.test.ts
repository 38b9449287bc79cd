/** Which characters names and texts may have, by the patterns of the contract and the rules in code: every code point is tested. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { accountRules } from '../../src/accounts/account-rules.ts'
import { hasInvisible, hasUnsafe } from '../../src/accounts/text-rules.ts'
import { contractPatterns } from '../harness/contract-patterns.ts'

const { schemas } = parse(
  readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'),
).components
const ajv = new Ajv2020({ strict: false })

/** Whether the server accepts a text of this schema. */
function accepts(schema: string): (text: string) => boolean {
  const matches = ajv.compile(schemas[schema])
  const isRefused = schema === 'NewUsername' ? hasInvisible : hasUnsafe
  return (text) => matches(text) && !isRefused(text)
}

function* characters(): Generator<string> {
  for (let point = 0; point <= 0x10ffff; point += 1)
    if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point)
}

const hex = (character: string) => character.codePointAt(0)?.toString(16) ?? ''
const those = (wanted: (character: string) => boolean) => [...characters()].filter(wanted).map(hex)

const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{White_Space}\u2800]/u
const unsafe = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u

describe('a pattern of the contract', () => {
  it.each(contractPatterns)(
    'accepts the same with and without the flag u, and is ASCII: $pattern [J10]',
    ({ pattern, texts }) => {
      expect(pattern).toMatch(/^[ -~]+$/)
      const expression = new RegExp(pattern)
      expect(texts.filter((text) => !expression.test(text))).toEqual([])
      expect(texts).not.toEqual([])
    },
  )
})

describe('a new username', () => {
  const isName = accepts('NewUsername')

  it('has no invisible character', () => {
    expect(those((each) => invisible.test(each) && isName(each))).toEqual([])
  })

  it('may have any other character, also beyond U+FFFF', () => {
    const refused = those((each) => !invisible.test(each) && !isName(each))
    // Specials: replacement characters and noncharacters.
    expect(refused.filter((point) => !/^fff.$/.test(point))).toEqual([])
    for (const name of ['名前', 'Ünïcödé', '🦊', '𝒶𝓃𝓃𝒶', '𠮷田']) expect(isName(name)).toBe(true)
  })
})

describe('the command line', async () => {
  const { profileFaults } = await accountRules([])

  it('follows the same rule for usernames', () => {
    for (const username of ['a\u{E0041}', 'a\u{E0100}', 'a\u{1BCA0}', 'a\u200B', 'a b'])
      expect(profileFaults({ username, email: undefined, fullName: undefined })[0]).toMatch(
        /^a username has 1 to 200 characters/,
      )
  })

  it('follows the same rule for texts', () => {
    for (const fullName of ['a\tb', 'a\u0085b', 'a\u202Eb'])
      expect(profileFaults({ username: 'alice', fullName })[0]).toMatch(/^a full name/)
  })
})

describe.each(['FullName', 'FullNameChange', 'ItemTitle', 'ItemTitleChange'])(
  'a single-line text: %s',
  (name) => {
    it('has no control character and no bidirectional override, but any other character', () => {
      const isText = accepts(name)
      expect(those((each) => isText(each) === unsafe.test(each))).toEqual([])
    })
  },
)

describe.each(['ItemDescription', 'ItemDescriptionChange'])('a multi-line text: %s', (name) => {
  it('may also have tabs and line ends', () => {
    const isText = accepts(name)
    const odd = those((each) => isText(each) === unsafe.test(each))
    expect(odd).toEqual(['9', 'a', 'd'])
  })
})
