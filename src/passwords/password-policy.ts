/** Which passwords can be chosen (NIST SP 800-63B-4 §3.1.1): long ones, and none that everybody tries first. No rules of composition. */
import type { Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { usernameKey } from '../store/user-row.ts'
import { guessableFault } from './guessable.ts'
import { maxPasswordBytes } from './passwords.ts'

export class PasswordRefused extends Refusal {
  constructor(reason: string) {
    super(409, 'password_refused', reason)
  }
}

/** Whose password it is to be: his own name is the first guess. */
interface Chooser {
  readonly username: string
  readonly email?: string | undefined
}

type Policy = Pick<Config, 'passwordMinLength'>

/** Throws a `PasswordRefused` with the reason. */
export async function requireAllowedPassword(
  password: string,
  policy: Policy,
  chooser: Chooser,
): Promise<void> {
  const fault = await passwordFault(password, policy, chooser)
  if (fault) throw new PasswordRefused(`The password ${fault}`)
}

/** Why a password cannot be chosen, as the end of a sentence; nothing where it can. */
export async function passwordFault(
  password: string,
  { passwordMinLength }: Policy,
  chooser: Chooser,
): Promise<string | undefined> {
  if ([...password].length < passwordMinLength)
    return `must have at least ${passwordMinLength} characters`
  if (Buffer.byteLength(password) > maxPasswordBytes)
    return `must have at most ${maxPasswordBytes} bytes`
  if (/\p{Cc}/u.test(password)) return 'must have no control characters'
  const whole = password.toLowerCase()
  const repeated = repeatedPart(whole)
  if (isOf(chooser, whole) || isOf(chooser, repeated)) return 'is the name of the account'
  const common = await commonPasswords()
  if (common.has(whole) || common.has(repeated)) return 'is one of the most common'
  const known = { rankOf: (word: string) => common.get(word), names: namesOf(chooser) }
  // Of emoji, a single one is chosen among thousands, and nobody guesses how often.
  const text = /^[\x20-\x7E]+$/.test(repeated) ? repeated : whole
  const fault = guessableFault(text, known)
  // `aaaa…`, `123123…`: nobody has to guess how often.
  return fault && text !== whole ? 'only repeats itself' : fault
}

/** `passwordpassword` is as common as `password`. */
function repeatedPart(text: string): string {
  const [, part = text] = /^(.+?)\1+$/su.exec(text) ?? []
  return part
}

function isOf(chooser: Chooser, text: string): boolean {
  return namesOf(chooser).has(usernameKey(text))
}

function namesOf({ username, email }: Chooser): ReadonlySet<string> {
  const names = [username, email ?? username, email?.split('@')[0] ?? username]
  return new Set(names.map(usernameKey))
}

let common: Promise<ReadonlyMap<string, number>> | undefined

/** A passphrase that is no secret, and in no list of passwords. */
const published = 'correcthorsebatterystaple'

/** The 50,000 most common with their ranks, read when the first password is chosen. */
function commonPasswords(): Promise<ReadonlyMap<string, number>> {
  common ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => {
    const words = [...dictionary['passwords-common'], published]
    return new Map(words.map((word, rank) => [word, rank]))
  })
  return common
}
