import { describe, expect, it } from 'vitest'
import { passwordFault } from '../../src/security/password-policy.ts'

const faultOf = (password: string, passwordMinLength = 8) =>
  passwordFault(
    password,
    { passwordMinLength },
    { username: 'a-name-of-its-own', email: 'anna@example.com' },
  )

describe('passwordFault', () => {
  it.each(['password1', 'passwordpassword', 'PassWord', '123456789', 'qwertyuiop'])(
    'I1 refuses %s, which everybody tries first',
    async (password) => {
      expect(await faultOf(password)).toBe('is one of the most common')
    },
  )

  it.each(['1'.repeat(15), 'a'.repeat(15), '123'.repeat(5), 'ab'.repeat(20), 'abcd'.repeat(4)])(
    'I1 refuses %s, whatever its length',
    async (password) => {
      expect(await faultOf(password, 15)).toBe('only repeats itself')
    },
  )

  it.each(['a-name-of-its-own', 'A-Name-Of-Its-Own', 'ａ-name-of-its-own', 'anna@example.com'])(
    'I1 refuses %s, which is the name of the account',
    async (password) => {
      expect(await faultOf(password)).toBe('is the name of the account')
    },
  )

  it.each(['🦊'.repeat(64), 'correct horse battery staple', 'nothing-but-lower-case'])(
    'I1 takes %s: nobody has to compose',
    async (password) => {
      expect(await faultOf(password, 15)).toBeUndefined()
    },
  )
})
