import { describe, expect, it } from 'vitest'
import {
  PasswordRefused,
  passwordFault,
  requireAllowedText,
} from '../../src/passwords/password-policy.ts'

const faultOf = (password: string, passwordMinLength = 8, username = 'a-name-of-its-own') =>
  passwordFault(password, { passwordMinLength }, { username, email: 'anna@example.com' })

const isEasy = /^is easy to guess: /

describe('passwordFault', () => {
  it.each([
    ...['password1', 'PassWord', '123456789', 'qwertyuiop'],
    ...['passwordpassword', 'dragonflydragonfly', 'lissalissa'],
  ])('rejects %s, a common password [I1]', async (password) => {
    expect(await faultOf(password)).toMatch(isEasy)
  })

  it.each([
    ...['1'.repeat(15), 'a'.repeat(15), '123'.repeat(5), 'ab'.repeat(20), 'abcd'.repeat(4)],
    ...['abcde'.repeat(3), '1'.repeat(1024)],
  ])('rejects %s, a repetition of any length [I1]', async (password) => {
    expect(await faultOf(password, 15)).toMatch(isEasy)
  })

  it.each([
    ...['ä'.repeat(15), 'ä1'.repeat(8), '1ä'.repeat(8)],
    ...['the third horse ate', 'frog-sofa-lemon-ball'],
  ])('accepts %s, which takes many guesses [I1]', async (password) => {
    expect(await faultOf(password, 15)).toBeUndefined()
  })

  it('rejects a password that is shorter than the setting, and none for its length alone [I1]', async () => {
    expect(await faultOf('horse-42', 9)).toBe('must have at least 9 characters')
    expect(await faultOf('vq7-tzklw', 9)).toBeUndefined()
    // Characters, not UTF-16 units.
    expect(await faultOf('🦊🐺🐻🐼'.repeat(2), 9)).toBe('must have at least 9 characters')
  })

  it('accepts 1 KiB, in bytes, but no more [I2]', async () => {
    expect(await faultOf('ä'.repeat(512))).toBeUndefined()
    expect(await faultOf(`${'ä'.repeat(512)}x`)).toBe('must have at most 1024 bytes')
  })

  it.each([
    'a'.concat('\u1680'.repeat(14)),
    '\u2003'.repeat(15),
    `password1234567${'\u00A0'.repeat(9)}`,
  ])('rejects %j: each space is hashed as a plain one [I1, K56]', async (password) => {
    expect(await faultOf(password, 15)).toMatch(isEasy)
  })

  it('counts the characters that are hashed: a decomposed letter is one [I1, K56]', async () => {
    const five = 'e\u0302\u0301o\u0302\u0301a\u0302\u0301u\u031B\u0301i\u0301'
    expect(await faultOf(`${five}x`, 15)).toBe('must have at least 15 characters')
    expect(() => requireAllowedText(`${five}x`, { passwordMinLength: 15 })).toThrow(PasswordRefused)
    const fifteen = 'äöüéèàñçôîûåøæß'
    expect(await faultOf(fifteen.normalize('NFD'), 15)).toBeUndefined()
  })

  it('counts the bytes that are typed, as a login does [I2]', async () => {
    const decomposed = 'e\u0301'.repeat(400)
    expect(await faultOf(decomposed)).toBe('must have at most 1024 bytes')
  })

  it.each(['with a\u0000NUL', 'with\na line feed', 'with a\u0085 next line'])(
    'rejects %j, which a login would not accept',
    async (password) => {
      expect(await faultOf(password)).toBe('must not contain control characters')
    },
  )

  it.each(['anna', 'ANNA', 'annaanna', 'a-name-of-its-owna-name-of-its-own'])(
    'rejects %s, a name of the account, once or twice [I1]',
    async (password) => {
      expect(await faultOf(password, 4)).toMatch(isEasy)
    },
  )

  it.each(['a-name-of-its-own', 'A-Name-Of-Its-Own', 'ａ-name-of-its-own', 'anna@example.com'])(
    'rejects %s, a name of the account in any form [I1]',
    async (password) => {
      expect(await faultOf(password)).toMatch(isEasy)
    },
  )

  it.each(['a-name-of-its-own1', '2026!A-Name-Of-Its-Own', 'anna@example.com123'])(
    'rejects %s, a name of the account and little more [I1]',
    async (password) => {
      expect(await faultOf(password, 15)).toMatch(isEasy)
    },
  )

  it.each(['an.account.with.a.long.name.of.its.own', 'ein-name-mit-ümläüten'])(
    'rejects %s, the name of the account, with one more character [I1]',
    async (username) => {
      expect(await faultOf(`${username}1`, 15, username)).toMatch(isEasy)
      expect(await faultOf(`${username}1`, 15)).toBeUndefined()
    },
  )

  it.each([
    ['zbigniew krawczyk', 'zbigniew.krawczyk'],
    ['ZbigniewKrawczyk!', 'zbigniew_krawczyk'],
    ['zbigniew-krawczyk', 'ZbigniewKrawczyk'],
  ])('rejects %s for the account %s: separators are no difference [I1]', async (password, name) => {
    expect(await faultOf(password, 15, name)).toMatch(isEasy)
    expect(await faultOf(password, 15)).toBeUndefined()
  })

  it('rejects nothing for an account without an e-mail address [I1]', async () => {
    const account = { username: 'johndoe' }
    const fault = await passwordFault('qjxvkzpwmbgtrch', { passwordMinLength: 15 }, account)
    expect(fault).toBeUndefined()
  })

  it.each([
    ...['123456789012345', 'abcdefghijklmnop', '987654321098765', 'zyxwvutsrqponml'],
    ...['qwertyuiopasdfgh', '1qaz2wsx3edc4rfv5tgb', '&&&&&%%%%%#####'],
    '45674567456745674567456',
  ])('rejects %s, a sequence [I1]', async (password) => {
    expect(await faultOf(password, 15)).toMatch(isEasy)
  })

  it.each([
    ...['password1234567', 'passwordpassword1', 'administratoradmin', '!!letmeinwelcome'],
    ...['iloveyoupassword2026', '1234567password', 'adminadminadmin2', 'dragonmonkey123!'],
    ...['12345678901234x', 'P@ssw0rdP4ssword'],
  ])('rejects %s, concatenated common passwords [I1]', async (password) => {
    expect(await faultOf(password, 15)).toMatch(isEasy)
  })

  it.each([
    ...['tessera tessera tessera', '1234 5678 9012 3456', '2026-11-29 2026-11-29'],
    ...['my password is password', 'Password-2026-Password', 'let me in please'],
  ])('rejects %s, which spaces and hyphens make no harder to guess [I1]', async (password) => {
    expect(await faultOf(password, 15)).toMatch(isEasy)
  })

  it('accepts a random password of the minimum configurable length [I1]', async () => {
    expect(await faultOf('qjxvkzvp')).toBeUndefined()
    expect(await faultOf('vvkkzzpp')).toBeUndefined()
    expect(await faultOf('83619427')).toMatch(isEasy)
  })

  it.each(['vkzqxvkzqx7', 'qjxvkzvkz'])(
    'rejects %s, which repeats a part of itself [I1]',
    async (password) => {
      expect(await faultOf(password)).toMatch(isEasy)
    },
  )

  it.each(['12345日本語', '日12日1234', '12日12日34'])(
    'accepts %s: a character beyond ASCII is one of thousands [I1]',
    async (password) => {
      expect(await faultOf(password)).toBeUndefined()
    },
  )

  it('rejects a common password with one such character [I1]', async () => {
    expect(await faultOf('password日')).toMatch(isEasy)
  })

  it('estimates the first 32 characters, and the last [I1]', async () => {
    const strong = 'qjxvkzpwmbgtrch'
    const easy = 'a'.repeat(40)
    for (const password of [`${easy}${strong}`, `${strong}${easy}`])
      expect(await faultOf(password)).toBeUndefined()
    expect(await faultOf(`${easy}${strong}${easy}`)).toMatch(isEasy)
  })

  it('rejects a password that only case folding makes long [I1]', async () => {
    expect(await faultOf(`\uFDFA${' '.repeat(14)}`, 15)).toMatch(isEasy)
  })

  it('rejects a well-known passphrase [I1]', async () => {
    expect(await faultOf('correctHorseBatteryStaple', 15)).toMatch(isEasy)
    expect(await faultOf('correcthorsebatterystaple1', 15)).toMatch(isEasy)
  })

  it.each([
    '🦊'.repeat(64),
    'correct battery staple plank',
    'qjxvkzpwmbgtrch',
    'frog-sofa-lemon-tax',
    'correct horse battery staple',
    'nothing-but-lower-case',
  ])('accepts %s: there are no composition rules [I1]', async (password) => {
    expect(await faultOf(password, 15)).toBeUndefined()
  })
})
