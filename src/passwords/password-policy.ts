/** Which passwords can be chosen (NIST SP 800-63B-4 §3.1.1): long ones that take many guesses. No composition rules. */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import type { Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { usernameKey } from '../store/user-row.ts'
import { maxPasswordBytes } from './passwords.ts'

export class PasswordRefused extends Refusal {
  constructor(reason: string) {
    super(409, 'password_refused', reason)
  }
}

/** The account of the password: its name and address are the first guesses. */
interface Account {
  readonly username: string
  readonly email?: string | undefined
}

type Policy = Pick<Config, 'passwordMinLength'>

/** Throws a `PasswordRefused` with the reason. */
export async function requireAllowedPassword(
  password: string,
  policy: Policy,
  account: Account,
): Promise<void> {
  const fault = await passwordFault(password, policy, account)
  if (fault) throw new PasswordRefused(`The password ${fault}`)
}

/** Why a password cannot be chosen, as the end of a sentence; undefined where it can. */
export async function passwordFault(
  password: string,
  { passwordMinLength }: Policy,
  account: Account,
): Promise<string | undefined> {
  if ([...password].length < passwordMinLength)
    return `must have at least ${passwordMinLength} characters`
  if (Buffer.byteLength(password) > maxPasswordBytes)
    return `must have at most ${maxPasswordBytes} bytes`
  if (/\p{Cc}/u.test(password)) return 'must have no control characters'
  // zxcvbn's scores 4 and 3. It takes a random password for ten guesses per character, so a short one cannot reach 4.
  const minGuessesLog10 = passwordMinLength > 10 ? 10 : 8
  if ((await guessesLog10(password, account)) < minGuessesLog10)
    return 'is easy to guess: common passwords, sequences, repetitions and the name of the account add little'
  return undefined
}

/** The characters that zxcvbn estimates at a time: 3 ms at worst on the event loop, where 64 take 11 ms. */
const maxEstimatedLength = 32

/**
 * The names of the account, and spaces, points and hyphens count as no guess at all, wherever they stand. Of a long password the
 * better one of its beginning and its end counts. zxcvbn is for ASCII: each other character counts as one of 10,000.
 */
async function guessesLog10(password: string, { username, email = '' }: Account): Promise<number> {
  const names = [email, username, email.replace(/@.*/s, ''), published].map(usernameKey)
  const known = names.filter(({ length }) => length > 2)
  const text = known.reduce((rest, name) => rest.replaceAll(name, ''), usernameKey(password))
  // Folding makes 18 characters of some: those that were typed count.
  const others = Math.min(...[text, password].map((each) => [...each.replace(ascii, '')].length))
  const plain = text.replace(/[^\x20-\x7E]|[\s._-]/gu, '')
  const zxcvbn = await estimator()
  const guessesOf = (part: string) => zxcvbn.check(part).guessesLog10
  const ends = [plain.slice(0, maxEstimatedLength), plain.slice(-maxEstimatedLength)]
  return Math.max(...[...new Set(ends)].map(guessesOf)) + 4 * others
}

const ascii = /[\x20-\x7E]/g

let loaded: Promise<ZxcvbnFactory> | undefined

/** A passphrase that everybody has read, and that is in no list of passwords. */
const published = 'correcthorsebatterystaple'

/** Loaded when the first password is chosen. */
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
