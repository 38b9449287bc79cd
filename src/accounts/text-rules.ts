/**
 * The characters beyond ASCII that names and texts must not have. The patterns of the contract exclude those in ASCII only: the
 * dialects of regular expressions have no common notation for others.
 */
import type { Fault } from '#contract'
import { HttpError } from '../http-error.ts'

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
    if (typeof text !== 'string') return []
    const pointer = `/${name}`
    if (name === 'username' && hasInvisible(text))
      return [{ in: 'body', pointer, detail: 'must not contain spaces or invisible characters' }]
    if (hasUnsafe(text))
      return [{ in: 'body', pointer, detail: 'must not contain control or direction characters' }]
    return []
  })
  if (faults.length > 0) throw new TextRefused(faults)
}
