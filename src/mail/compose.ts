/** Makes a mail of its kind and values: the text in the account's language, and simple HTML of the same words. */
import type { Mailbox } from '../config/setting-values.ts'
import type { UnixMs } from '../store/schema.ts'
import {
  type ChosenText,
  chooseText,
  type MailKind,
  type MailTexts,
  type MailValues,
  type MailWords,
} from './texts/mail-texts.ts'
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

interface ComposeOptions {
  readonly from: Mailbox
  readonly service: string
  /** Texts of the adopter. */
  readonly texts: MailTexts
  /** Of the message in the outbox. */
  readonly id: string
  readonly date: UnixMs
  /** Gets the name of an adopter's text that cannot be used, such as `mailTexts.fr.invitation`. Ours is sent instead. */
  readonly onFault: (name: string, error: unknown) => void
}

export function composeMail(draft: MailDraft, options: ComposeOptions): OutgoingMail {
  const { from, id, date } = options
  const { language, subject, text } = wordsOf(draft, options)
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
  { service, texts, onFault }: Pick<ComposeOptions, 'service' | 'texts' | 'onFault'>,
) {
  const wordsIn = ({ language, textOf }: ChosenText<Kind>) => {
    const words = textOf(values, { service, time: timeIn(language) })
    return { language, ...requireWords(words) }
  }
  const chosen = chooseText(kind, locale, texts)
  try {
    return wordsIn(chosen)
  } catch (error) {
    onFault(`mailTexts.${chosen.language}.${kind}`, error)
    return wordsIn(chooseText(kind, chosen.language, {}))
  }
}

/** The compiler has not seen each text of an adopter. */
function requireWords(words: MailWords | undefined): MailWords {
  // A rejection that nobody handles would end the process.
  if (words instanceof Promise) words.catch(() => {})
  const { subject, text }: Partial<MailWords> = words ?? {}
  if (!subject?.trim() || !text?.trim()) throw new TypeError('returned no subject or no text')
  return { subject, text }
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
