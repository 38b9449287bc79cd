/** Makes a mail of its kind and values: the text in the account's language, and simple HTML of the same words. */
import type { Mailbox } from '../config/setting-values.ts'
import type { UnixMs } from '../store/schema.ts'
import { chooseText, type MailKind, type MailTexts, type MailValues } from './texts/mail-texts.ts'
import type { OutgoingMail } from './transport.ts'

/** A mail that is not yet in words. */
export type MailDraft = {
  [Kind in MailKind]: {
    readonly kind: Kind
    readonly userId: string
    readonly to: string
    /** The account's language. */
    readonly locale: string | undefined
    readonly values: MailValues[Kind]
  }
}[MailKind]

export interface ComposeOptions {
  readonly from: Mailbox
  readonly service: string
  /** Texts of the adopter. */
  readonly texts: MailTexts
  /** Of the message in the outbox. */
  readonly id: string
  readonly date: UnixMs
}

export function composeMail(
  draft: MailDraft,
  { from, service, texts, id, date }: ComposeOptions,
): OutgoingMail {
  const { language, subject, text } = wordsOf(draft, service, texts)
  return {
    id,
    from,
    to: draft.to,
    // A line break would begin another header.
    subject: subject.replace(/\s+/g, ' '),
    text: `${text}\n`,
    html: htmlOf({ language, subject, text, link: linkIn(draft) }),
    date,
  }
}

function wordsOf<Kind extends MailKind>(
  { kind, locale, values }: { kind: Kind; locale: string | undefined; values: MailValues[Kind] },
  service: string,
  texts: MailTexts,
) {
  const { language, textOf } = chooseText(kind, locale, texts)
  return { language, ...textOf(values, { service, time: timeIn(language) }) }
}

/** The time zone of the recipient is not known. */
function timeIn(language: string): (at: UnixMs) => string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
  const format = new Intl.DateTimeFormat(language, options)
  return (at) => `${format.format(at)} UTC`
}

const linkIn = ({ values }: MailDraft): string | undefined =>
  'link' in values ? values.link : undefined

interface HtmlOptions extends Pick<OutgoingMail, 'subject' | 'text'> {
  readonly language: string
  readonly link: string | undefined
}

function htmlOf({ language, subject, text, link }: HtmlOptions): string {
  const paragraphs = text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraphOf(paragraph, link)}</p>`)
  return [
    `<!doctype html><html lang="${escaped(language)}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>`,
    '<body dir="auto" style="font-family: sans-serif; line-height: 1.5">',
    ...paragraphs,
    '</body></html>',
    '',
  ].join('\n')
}

/** Only the link of the mail becomes one: other URLs may be what a user chose. */
function paragraphOf(text: string, link: string | undefined): string {
  const parts = link === undefined ? [text] : text.split(link)
  const anchor = `<a href="${escaped(link ?? '')}">${escaped(link ?? '')}</a>`
  return parts.map((part) => escaped(part).replaceAll('\n', '<br>\n')).join(anchor)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (each) => entities[each] ?? each)
