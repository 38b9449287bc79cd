/** The policy for new passwords (NIST SP 800-63B-4 §3.1.1): as it is hashed, long and hard to guess. No composition rules. */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import type { Config } from '../config/config.ts'
import { HttpError } from '../http-error.ts'
import { type UserRow, usernameKey } from '../store/user-row.ts'
import { maxPasswordBytes } from './passwords.ts'
import { opaqueString } from './stored-hash.ts'

export class PasswordRefused extends HttpError<422, 'password_refused'> {
  constructor(reason: string) {
    super(422, 'password_refused', reason)
  }
}

/** The account of the password: its name and e-mail address are the first guesses. */
type Account = Pick<UserRow, 'username'> & Partial<Pick<UserRow, 'email'>>

type Policy = Pick<Config, 'passwordMinLength'>

export async function requireAllowedPassword(
  password: string,
  policy: Policy,
  account: Account,
): Promise<void> {
  const fault = await passwordFault(password, policy, account)
  if (fault) throw new PasswordRefused(`The password ${fault}`)
}

/** The part of the policy that takes no time. */
export function requireAllowedText(password: string, policy: Policy): void {
  const fault = textFault(password, policy)
  if (fault) throw new PasswordRefused(`The password ${fault}`)
}

/** Why a password is not allowed, as the end of a sentence, or undefined. Takes up to 4 ms. */
export async function passwordFault(
  password: string,
  policy: Policy,
  account: Account,
): Promise<string | undefined> {
  const fault = textFault(password, policy)
  if (fault) return fault
  // zxcvbn's scores 4 and 3. It estimates 10 guesses per random character, so a short password cannot reach 4.
  const minGuessesLog10 = policy.passwordMinLength > 10 ? 10 : 8
  if ((await guessesLog10(opaqueString(password), account)) < minGuessesLog10)
    return 'is easy to guess: avoid common passwords, sequences, repetitions and the name of the account'
  return undefined
}

function textFault(password: string, { passwordMinLength }: Policy): string | undefined {
  if ([...opaqueString(password)].length < passwordMinLength)
    return `must have at least ${passwordMinLength} characters`
  // Those that are typed, as a login counts them.
  if (Buffer.byteLength(password) > maxPasswordBytes)
    return `must have at most ${maxPasswordBytes} bytes`
  if (/\p{Cc}/u.test(password)) return 'must not contain control characters'
  return undefined
}

/** The characters that zxcvbn estimates at a time: at most 3 ms on the event loop, where 64 take 11 ms. */
const maxEstimatedLength = 32

/**
 * The names of the account, spaces, dots, underscores and hyphens add nothing. A long password counts as the better of its first
 * and last `maxEstimatedLength` characters. zxcvbn is for ASCII: each other character counts as one of 10,000.
 */
async function guessesLog10(password: string, { username, email = '' }: Account): Promise<number> {
  const written = usernameKey(password).replaceAll(knownPassphrase, '')
  const names = [email, username, email.replace(/@.*/s, '')].map(usernameKey).map(joined)
  const guessable = names.filter(({ length }) => length > 2)
  const text = guessable.reduce((rest, name) => rest.replaceAll(name, ''), joined(written))
  // Case folding turns some characters into up to 18: count the ones that were typed, if they are fewer.
  const nonAscii = Math.min(...[text, password].map((each) => [...each.replace(ascii, '')].length))
  const printable = text.replace(/[^\x20-\x7E]/gu, '')
  const zxcvbn = await estimator()
  const guessesOf = (part: string) => zxcvbn.check(part).guessesLog10
  const ends = [printable.slice(0, maxEstimatedLength), printable.slice(-maxEstimatedLength)]
  return Math.max(...[...new Set(ends)].map(guessesOf)) + 4 * nonAscii
}

const joined = (text: string) => text.replace(/[\s._-]/gu, '')

const ascii = /[\x20-\x7E]/g

let loaded: Promise<ZxcvbnFactory> | undefined

/** A well-known passphrase that is not in the dictionary. With spaces it is the example in the contract, and accepted. */
const knownPassphrase = 'correcthorsebatterystaple'

/** Loads zxcvbn when the first password is chosen. */
function estimator(): Promise<ZxcvbnFactory> {
  loaded ??= Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]).then(
    ([{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }]) =>
      new ZxcvbnFactory({
        dictionary: { common: dictionary['passwords-common'] },
        graphs: adjacencyGraphs,
        maxLength: maxEstimatedLength,
        // The default, 100, takes ten times as long.
        l33tMaxSubstitutions: 1,
      }),
  )
  return loaded
}
