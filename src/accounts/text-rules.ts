/**
 * What names, e-mail addresses and texts must not have besides what the patterns of the contract exclude: characters beyond ASCII, for
 * which the dialects of regular expressions have no common notation.
 */
import type { Fault } from '#contract'
import type { Config } from '../config/config.ts'
import { HttpError } from '../http-error.ts'
import { isLikeAddress } from '../store/login-name.ts'
import { emailFault } from './email-rules.ts'

/** Two usernames that look the same must be the same. */
const invisible =
  /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{White_Space}\u2800\uFFF0-\uFFFF]/u

/** Control characters, and those that reverse the direction of the text after them. */
const unsafe = /[\u0080-\u009F\u202A-\u202E\u2066-\u2069]/u

export const hasInvisible = (username: string): boolean => invisible.test(username)
export const hasUnsafe = (text: string): boolean => unsafe.test(text)

export class TextRefused extends HttpError<422, 'text_refused'> {
  constructor(faults: readonly Fault[]) {
    super(422, 'text_refused', 'A text contains characters that are not allowed', { faults })
  }
}

/** Checks the texts of a request body. Throws a `TextRefused` that lists the fields. */
export function requireReadable(body: object): void {
  const faults = Object.entries(body).flatMap(([name, text]): Fault[] => {
    const detail = typeof text === 'string' ? textFault(name, text) : undefined
    return detail === undefined ? [] : [{ in: 'body', pointer: `/${name}`, detail }]
  })
  if (faults.length > 0) throw new TextRefused(faults)
}

/** What is wrong with a username with which nobody could log in, or undefined. */
export function loginNameFault(
  username: string,
  { loginWithEmail }: Pick<Config, 'loginWithEmail'>,
): string | undefined {
  if (!loginWithEmail || !isLikeAddress(username)) return undefined
  return 'must not contain @: the server reads it as an e-mail address'
}

/** Throws a `TextRefused` for a username with which nobody could log in. */
export function requireLoginName(username: string, config: Pick<Config, 'loginWithEmail'>): void {
  const detail = loginNameFault(username, config)
  if (detail !== undefined) throw new TextRefused([{ in: 'body', pointer: '/username', detail }])
}

/** What is wrong with the text of a field, which has the form that its schema requires. */
export function textFault(name: string, text: string): string | undefined {
  if (['username', 'email'].includes(name) && hasInvisible(text))
    return 'must not contain spaces or invisible characters'
  if (hasUnsafe(text)) return 'must not contain control or direction characters'
  return name === 'email' ? emailFault(text) : undefined
}
