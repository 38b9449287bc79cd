/** The texts of mails, by language and kind. Those of an adopter precede ours; a kind that a language lacks is in English. */
import { InvalidSetting } from '../../config/config.ts'
import type { UnixMs } from '../../store/schema.ts'
import { de } from './de.ts'
import { en } from './en.ts'

/** A mail that proves something: a link, and a code that can be typed where there is no link or on a different device. */
export interface ProofValues {
  /** Leads to APP_URL. Absent if that is not set. */
  readonly link: string | undefined
  readonly code: string
  /** What belongs to the code, for a person who did not ask for the mail where the code is typed. */
  readonly requestId: string
  readonly expiresAt: UnixMs
}

export interface AccountValues {
  readonly username: string
}

export interface NoticeValues extends AccountValues {
  readonly at: UnixMs
}

/**
 * What a text may say, by kind. A mail to an address that is not verified has no value that its requester chose: it would carry
 * their words to a stranger.
 */
export interface MailValues {
  readonly password_reset: ProofValues & AccountValues
  readonly email_confirmation: ProofValues
  readonly email_change: ProofValues
  /** To the old address. Without a new one, the address was removed. */
  readonly email_restoration: ProofValues & NoticeValues & { readonly newEmail: string | undefined }
  readonly invitation: ProofValues & AccountValues
  readonly new_sign_in: NoticeValues & {
    readonly address: string | undefined
    /** Such as "Firefox on Linux". Never a header as it was sent: its sender may be the attacker. */
    readonly agent: string | undefined
  }
  readonly password_changed: NoticeValues
  readonly email_changed: NoticeValues
  readonly session_stolen: NoticeValues
}

export type MailKind = keyof MailValues

export interface MailWords {
  readonly subject: string
  /** Plain text. An empty line separates paragraphs. */
  readonly text: string
}

export interface TextContext {
  /** The name in MAIL_FROM; without one, the host of the server. */
  readonly service: string
  /** A time, written in the language of the text. */
  readonly time: (at: UnixMs) => string
}

/** The texts of one language. */
export type LanguageTexts = {
  readonly [Kind in MailKind]: (values: MailValues[Kind], context: TextContext) => MailWords
}

/** By language tag (BCP 47), such as `de` or `pt-BR`. A kind that is missing has our text. */
export type MailTexts = { readonly [language: string]: Partial<LanguageTexts> }

const builtIn: MailTexts = { en, de }

export interface ChosenText<Kind extends MailKind> {
  readonly language: string
  readonly textOf: LanguageTexts[Kind]
}

/** For `de-AT`: the text of `de-AT`, otherwise of `de`, otherwise of `en`, whatever the case of the tags. */
export function chooseText<Kind extends MailKind>(
  kind: Kind,
  locale: string | undefined,
  own: MailTexts,
): ChosenText<Kind> {
  for (const wanted of languagesFor(locale)) {
    for (const texts of [own, builtIn]) {
      const language = Object.keys(texts).find((tag) => tag.toLowerCase() === wanted)
      const textOf = language === undefined ? undefined : texts[language]?.[kind]
      if (language !== undefined && textOf) return { language, textOf }
    }
  }
  return { language: 'en', textOf: en[kind] }
}

/** `de-at`, `de`, `en`. */
function languagesFor(locale = ''): string[] {
  const parts = locale.toLowerCase().split('-')
  return [...parts.map((_, at) => parts.slice(0, parts.length - at).join('-')), 'en']
}

/** Throws an `InvalidSetting` for texts of a language that cannot exist, such as `fr_CA`. */
export function requireLanguageTags(texts: MailTexts): void {
  for (const tag of Object.keys(texts)) {
    try {
      Intl.getCanonicalLocales(tag)
    } catch (cause) {
      throw new InvalidSetting(
        `mailTexts: ${tag} is no language tag (BCP 47): use one such as pt-BR`,
        { cause },
      )
    }
  }
}
