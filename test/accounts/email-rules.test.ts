import { describe, expect, it } from 'vitest'
import { accountRules } from '../../src/accounts/account-rules.ts'
import { emailFault } from '../../src/accounts/email-rules.ts'

const { profileFaults } = await accountRules([])

describe('an e-mail address', () => {
  it.each([
    'johndoe@example.com',
    "o'brien+tag@example.com",
    'jörg.müller@bücher.example',
    'ユーザー@例え.jp',
    'पता@उदाहरण.भारत',
    'JOHN@ＥＸＡＭＰＬＥ.com',
    'a@xn--bcher-kva.example',
    `${'x'.repeat(242)}@example.com`,
  ])('is accepted: %s [K70]', (email) => {
    expect(profileFaults({ username: 'alice', email })[0]).toBeUndefined()
  })

  it.each([
    'nowhere',
    'a@localhost',
    '@example.com',
    'a@',
    'a@b@example.com',
    'a..b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a@example..com',
    'a@example.com.',
    '"a b"@example.com',
    'a,b@example.com',
    'a b@example.com',
    'a@exam_ple.com',
    'a@[192.0.2.1]',
    'a@192.0.2.1',
    'a@0x7f.1',
    'a@-example.com',
    'a@exa\uFFFDmple.com',
    'a@\u0301example.com',
    'a@ex\uFF0Fample.com',
    `a@${'x'.repeat(64)}.com`,
    `a@${'ü'.repeat(63)}.com`,
    `${'ü'.repeat(130)}@example.com`,
    'a\u200B@example.com',
    'a@exam\u00ADple.com',
    'a\u202E@example.com',
    'a\r\nBcc: b@example.com',
  ])('is rejected: %j [K70]', (email) => {
    expect(profileFaults({ username: 'alice', email })[0]).toBe(
      'the email is not a valid e-mail address',
    )
  })

  it('whose domain cannot exist is named without repeating it [K70]', () => {
    expect(emailFault('a@-example.com')).toBe('must have a domain that can exist')
    expect(emailFault(`${'ü'.repeat(130)}@example.com`)).toBe('must have at most 254 bytes')
  })
})
