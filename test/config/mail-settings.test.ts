/** The settings of mails. */
import { describe, expect, it } from 'vitest'
import { type Environment, readConfig } from '../../src/config/config.ts'

const smtp = { SMTP_URL: 'smtps://u:p%40ss@mail.example.com', MAIL_FROM: 'a@example.com' }
const fault = (environment: Environment) => {
  try {
    readConfig(environment)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return undefined
}

describe('the settings of mails', () => {
  it('send by SMTP from an address, or to a folder [K58]', () => {
    expect(readConfig(smtp)).toMatchObject({
      smtpServer: { host: 'mail.example.com', port: 465, auth: { user: 'u', pass: 'p@ss' } },
      mailFrom: { name: '', address: 'a@example.com' },
    })
    expect(readConfig({ MAIL_DIR: 'mails' })).toMatchObject({ mailDir: 'mails' })
    for (const name of ['Notes & more', '"Notes & more"'])
      expect(readConfig({ ...smtp, MAIL_FROM: `${name} <a@bücher.example>` }).mailFrom).toEqual({
        name: 'Notes & more',
        address: 'a@bücher.example',
      })
    for (const APP_URL of ['https://app.example.com/account?x=1', 'notes://account'])
      expect(readConfig({ APP_URL }).appUrl).toBe(APP_URL)
  })

  it.each([
    [{ SMTP_URL: smtp.SMTP_URL }, 'MAIL_FROM must be set with SMTP_URL'],
    [{ ...smtp, MAIL_DIR: 'mails' }, 'SMTP_URL and MAIL_DIR: set one of them'],
    [{ ...smtp, SMTP_URL: 'https://p@host' }, 'SMTP_URL must be smtp://'],
    [{ ...smtp, MAIL_FROM: 'a@b\nBcc: c@d' }, 'MAIL_FROM must be an address'],
    [{ ...smtp, MAIL_FROM: 'Notes a@b' }, 'MAIL_FROM must be an address'],
    [{ ...smtp, MAIL_FROM: 'nobody' }, 'MAIL_FROM must be an address'],
    [{ APP_URL: 'https://app.example.com/#page' }, 'APP_URL must have no fragment'],
    [{ APP_URL: 'javascript:alert(1)' }, 'APP_URL must be a page or an app'],
    [{ APP_URL: 'https://u:p%40ss@app.example.com/' }, 'APP_URL must have no user and no password'],
    [{ APP_URL: 'notes://user@account' }, 'APP_URL must have no user and no password'],
    [{ MAIL_DIR: '  ' }, 'MAIL_DIR must name a folder'],
    [{ APP_URL: '/account' }, 'APP_URL must be a URL'],
  ])('refuse %o: %s [K58]', (environment, message) => {
    expect(fault(environment)).toContain(message)
    expect(fault(environment)).not.toContain('p%40ss')
  })
})
