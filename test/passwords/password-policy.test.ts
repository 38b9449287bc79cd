import { describe, expect, it } from 'vitest'
import { passwordFault } from '../../src/passwords/password-policy.ts'

const faultOf = (password: string, passwordMinLength = 8, username = 'a-name-of-its-own') =>
  passwordFault(password, { passwordMinLength }, { username, email: 'anna@example.com' })

describe('passwordFault', () => {
  const common = ['password1', 'PassWord', '123456789', 'qwertyuiop']
  const repeated = ['passwordpassword', 'dragonflydragonfly', 'lissalissa']

  it.each([...common, ...repeated])(
    'I1 refuses %s, which everybody tries first',
    async (password) => {
      expect(await faultOf(password)).toBe('is one of the most common')
    },
  )

  it.each([
    '1'.repeat(15),
    'a'.repeat(15),
    '123'.repeat(5),
    'ab'.repeat(20),
    'abcd'.repeat(4),
    'abcde'.repeat(3),
  ])('I1 refuses %s, whatever its length', async (password) => {
    expect(await faultOf(password, 15)).toBe('only repeats itself')
  })

  it.each([
    ...['ä'.repeat(15), 'ä1'.repeat(8), '1ä'.repeat(8)],
    ...['the third horse ate', 'frog-sofa-lemon-ball'],
  ])('I1 takes %s: nobody tries it first', async (password) => {
    expect(await faultOf(password, 15)).toBeUndefined()
  })

  it('I1 refuses what is shorter than the setting says, and nothing for its length alone', async () => {
    expect(await faultOf('horse-42', 9)).toBe('must have at least 9 characters')
    expect(await faultOf('vq7-tzklw', 9)).toBeUndefined()
    // Characters as people count them.
    expect(await faultOf('🦊🐺🐻🐼'.repeat(2), 9)).toBe('must have at least 9 characters')
  })

  it('I2 takes 1 KiB, in bytes, and nothing longer', async () => {
    expect(await faultOf('ä'.repeat(512))).toBeUndefined()
    expect(await faultOf(`${'ä'.repeat(512)}x`)).toBe('must have at most 1024 bytes')
  })

  it.each(['with a\u0000NUL', 'with\na line feed', 'with a\u0085 next line'])(
    'refuses %j, which nobody can type at a login',
    async (password) => {
      expect(await faultOf(password)).toBe('must have no control characters')
    },
  )

  it('I1 refuses a name that repeats itself as a whole', async () => {
    expect(await faultOf('walla-walla-', 8, 'Walla-Walla-')).toBe('is the name of the account')
  })

  it.each(['anna', 'ANNA', 'annaanna', 'a-name-of-its-owna-name-of-its-own'])(
    'I1 refuses %s, which is of the account',
    async (password) => {
      expect(await faultOf(password, 4)).toBe('is the name of the account')
    },
  )

  it.each(['a-name-of-its-own', 'A-Name-Of-Its-Own', 'ａ-name-of-its-own', 'anna@example.com'])(
    'I1 refuses %s, which is the name of the account',
    async (password) => {
      expect(await faultOf(password)).toBe('is the name of the account')
    },
  )

  it.each([
    '123456789012345',
    'abcdefghijklmnop',
    '987654321098765',
    'zyxwvutsrqponml',
    'qwertyuiopasdfgh',
    '1qaz2wsx3edc4rfv5tgb',
    ...['abcdef789xyzqwe', '&&&&&%%%%%#####', '45674567456745674567456'],
  ])('I1 refuses %s, a run', async (password) => {
    expect(await faultOf(password, 15)).toBe(
      'is a run along the alphabet, the digits or a keyboard',
    )
  })

  it.each([
    ...['password1234567', 'passwordpassword1', 'administratoradmin', '!!letmeinwelcome'],
    ...['iloveyoupassword2026', '1234567password', 'adminadminadmin2', 'dragonmonkey123!'],
    '12345678901234x',
  ])('I1 refuses %s, which common passwords are put together to', async (password) => {
    expect(await faultOf(password, 15)).toBe(
      'is little more than common passwords and runs put together',
    )
  })

  it.each(['a-name-of-its-own1', '2026!A-Name-Of-Its-Own', 'anna@example.com123'])(
    'I1 refuses %s, which is the name of the account but for a little',
    async (password) => {
      expect(await faultOf(password, 15)).toBe('is little more than the name of the account')
    },
  )

  it('I1 refuses a long name of the account but for a little', async () => {
    const username = 'an.account.with.a.long.name.of.its.own'
    expect(await faultOf(`${username}1`, 15, username)).toMatch(/the name of the account$/)
  })

  const little = 'is little more than common passwords and runs put together'

  it('I1 takes nine digits in no order, and refuses eight', async () => {
    expect(await faultOf('836194275')).toBeUndefined()
    expect(await faultOf('83619427')).toBe(little)
  })

  it.each(['qjxvkzvp', 'vvkkzzpp'])('I1 takes eight letters in no order (%s)', async (password) => {
    expect(await faultOf(password)).toBeUndefined()
  })

  it.each(['vkzqxvkzqx7', 'qjxvkzvkz'])(
    'I1 refuses %s, which is long because it repeats a part of itself',
    async (password) => {
      expect(await faultOf(password)).toBe(little)
    },
  )

  it.each(['12345日本語', '日12日1234', '12日12日34'])(
    'I1 takes %s: a character beyond ASCII is one of thousands',
    async (password) => {
      expect(await faultOf(password)).toBeUndefined()
    },
  )

  it('I1 looks at 64 characters, and takes what is longer', async () => {
    const digits = (count: number) => '1234567890'.repeat(6).slice(0, count)
    expect(await faultOf(`password${digits(56)}`)).toMatch(/^is little more/)
    expect(await faultOf(`password${digits(57)}`)).toBeUndefined()
  })

  it('I1 refuses a passphrase that everybody has read', async () => {
    expect(await faultOf('correctHorseBatteryStaple', 15)).toBe('is one of the most common')
    expect(await faultOf('correcthorsebatterystaple1', 15)).toMatch(/^is little more/)
  })

  it.each([
    '🦊'.repeat(64),
    'correct battery staple plank',
    'qjxvkzpwmbgtrch',
    'frog-sofa-lemon-tax',
    'correct horse battery staple',
    'nothing-but-lower-case',
  ])('I1 takes %s: nobody has to compose', async (password) => {
    expect(await faultOf(password, 15)).toBeUndefined()
  })
})
