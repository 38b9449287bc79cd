/** The words of mails: languages, links, and what a stranger's text may not do. */
import { describe, expect, it } from 'vitest'
import { composeMail, type MailDraft } from '../../src/mail/compose.ts'
import { de } from '../../src/mail/texts/de.ts'
import { en } from '../../src/mail/texts/en.ts'
import type { MailKind, MailTexts, MailValues } from '../../src/mail/texts/mail-texts.ts'

const link = 'https://app.example.com/account#action=reset_password&request_id=pr_1&proof=abc'
const proof = {
  link,
  code: '7QZ4-M2KD',
  requestId: 'pr_1',
  expiresAt: Date.UTC(2026, 0, 2, 15, 4),
}
const notice = { username: 'johndoe', at: Date.UTC(2026, 0, 2, 14, 30) }

const values: MailValues = {
  password_reset: { ...proof, username: 'johndoe' },
  email_confirmation: proof,
  email_change: proof,
  email_restoration: { ...proof, ...notice, newEmail: 'new@example.com' },
  invitation: { ...proof, username: 'johndoe' },
  new_sign_in: { ...notice, address: '203.0.113.7', agent: 'Firefox on Linux' },
  password_changed: notice,
  email_changed: notice,
  session_stolen: notice,
}
const kinds = Object.keys(values) as MailKind[]

function compose(
  kind: MailKind,
  changes: object = {},
  locale?: string,
  texts: MailTexts = {},
  onFault: (name: string, cause: unknown) => void = (name, cause) => {
    throw new Error(name, { cause })
  },
) {
  const draft = { kind, to: 'jd@example.com', locale, values: { ...values[kind], ...changes } }
  const from = { name: 'Example', address: 'no-reply@example.com' }
  const options = { from, service: 'Example', texts, id: 'm1', date: 0, onFault }
  return composeMail(draft as MailDraft, options)
}

describe.each([
  ['en', en],
  ['de', de],
])('the mails in %s', (language, texts) => {
  it.each(kinds)(
    'have a text for %s, in words and in HTML, with all that it needs [K61]',
    (kind) => {
      expect(Object.keys(texts).sort()).toEqual([...kinds].sort())
      const { subject, text, html } = compose(kind, {}, language)
      expect(subject).toContain('Example')
      expect(html).toContain(`<html lang="${language}">`)
      expect(html).toContain(subject)
      if ('code' in values[kind]) {
        expect(text).toContain(`\n${link}\n`)
        expect(html).toContain(`<a href="${link.replaceAll('&', '&amp;')}">`)
        expect(text).toContain('2026')
      }
      if ('username' in values[kind]) expect(text).toContain('johndoe')
      expect(text).not.toMatch(/undefined|null|\[object|NaN/)
      expect(html.replace(/<[^>]*>/g, '')).toContain(text.split('\n')[0])
    },
  )

  it('have the code where there is no link, and its reference where nobody asked for it [K61]', () => {
    for (const kind of kinds.filter((each) => 'code' in values[each])) {
      const { text, html } = compose(kind, { link: undefined }, language)
      expect(text).toContain(proof.code)
      expect(html).not.toContain('<a ')
      expect(text).not.toMatch(/\b(here|hier)\b/)
      const isUnasked = ['email_restoration', 'invitation'].includes(kind)
      expect(text.includes('pr_1')).toBe(isUnasked)
      expect(text).toMatch(
        isUnasked
          ? /where you sign in to Example|wo Sie sich bei Example anmelden/
          : /where you asked for it|wo Sie ihn angefordert haben/,
      )
    }
    const removed = compose('email_restoration', { newEmail: undefined }, language)
    expect(removed.text).not.toContain('undefined')
  })
})

describe('a mail', () => {
  it('is in the language of the account, or in the nearest, or in English [K61]', () => {
    const languageOf = (locale: string | undefined) =>
      /lang="([^"]*)"/.exec(compose('password_changed', {}, locale).html)?.[1]
    expect(['de', 'de-AT', 'DE-at', 'de-DE-1996', 'fr', undefined].map(languageOf)).toEqual([
      'de',
      'de',
      'de',
      'de',
      'en',
      'en',
    ])
  })

  it('has the words of an adopter, who replaces single texts and adds languages [K61]', () => {
    const texts: MailTexts = {
      en: { password_changed: ({ username }) => ({ subject: 'Hi', text: `Own ${username}` }) },
      'pt-BR': { invitation: ({ link: to }) => ({ subject: 'Oi', text: `Aqui: ${to}` }) },
    }
    expect(compose('password_changed', {}, 'en-GB', texts).text).toBe('Own johndoe\n')
    expect(compose('password_changed', {}, 'de', texts).text).toContain('Passwort')
    expect(compose('invitation', {}, 'pt-BR', texts)).toMatchObject({
      subject: 'Oi',
      html: expect.stringContaining('lang="pt-BR"'),
    })
    expect(compose('invitation', {}, 'pt-br', texts).subject).toBe('Oi')
    // A language that lacks a text.
    expect(compose('password_changed', {}, 'pt-BR', texts).text).toBe('Own johndoe\n')
  })

  it('shows what a user chose as text: no element, no link, no second header [K61]', () => {
    const username = '<a href="https://evil.example">x</a>&"\'https://evil.example'
    const { html } = compose('password_changed', { username })
    expect(html).not.toContain('<a ')
    expect(html).toContain('&lt;a href=&quot;https://evil.example&quot;&gt;')
    const texts: MailTexts = {
      en: { password_changed: () => ({ subject: 'a\r\nBcc: all@example.com', text: 'x' }) },
    }
    expect(compose('password_changed', {}, 'en', texts).subject).toBe('a Bcc: all@example.com')
  })

  it('to an address that is not verified has no word that its requester chose [K61]', () => {
    for (const kind of ['email_confirmation', 'email_change'] as const)
      expect(compose(kind, { username: 'see-https://evil.example' }).text).not.toContain('evil')
  })
})

it.each([
  [
    'throws',
    () => {
      throw new Error('no')
    },
  ],
  ['is async', async () => ({ subject: 'a', text: 'b' })],
  ['rejects', () => Promise.reject(new Error('no'))],
  ['returns no subject', () => ({ text: 'b' })],
  ['returns a blank text', () => ({ subject: 'a', text: '\n' })],
  ['returns nothing', () => undefined],
  ['is no function', 'Hello'],
])('a text of an adopter that %s is named, and ours is sent [K61]', (_what, text) => {
  const texts = Object.fromEntries(
    ['fr', 'de-AT'].map((tag) => [tag, { password_changed: text as never }]),
  )
  const faults: string[] = []
  const composed = (locale?: string) =>
    compose('password_changed', {}, locale, texts, (name) => void faults.push(name))
  const [french, austrian] = [composed('fr-CA'), composed('de-AT')]
  expect(faults).toEqual(['mailTexts.fr.password_changed', 'mailTexts.de-AT.password_changed'])
  expect(french).toEqual(compose('password_changed', {}, 'en'))
  expect(austrian).toEqual(compose('password_changed', {}, 'de'))
})
