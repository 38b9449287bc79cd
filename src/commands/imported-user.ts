/** An account as a line of JSON. What is wrong with it is said without repeating it: there may be a hash in the wrong field. */
import { z } from 'zod'
import type { AccountRules } from '../accounts/account-rules.ts'
import { defaultScopes, newUser } from '../accounts/new-user.ts'
import { profileFields, profileIn } from '../accounts/profile.ts'
import type { Config } from '../config/config.ts'
import { costOf, isVerifiable } from '../passwords/passwords.ts'
import type { UserRow } from '../store/user-row.ts'

/** A line that is no account. */
export class Bad extends Error {}

const text = z.string().nullish()
const profileTexts = Object.fromEntries(profileFields.map(({ name }) => [name, text]))

/** FastAPI's tutorial calls the hash `hashed_password`. `null` is the same as left out. */
const lineSchema = z.strictObject({
  username: z.string(),
  password_hash: text,
  hashed_password: text,
  ...profileTexts,
  disabled: z.boolean().nullish(),
  scopes: z.array(z.string()).nullish(),
})

export function userReader(rules: AccountRules, config: Config): (text: string) => UserRow {
  return (text) => {
    const { username, password_hash, hashed_password, disabled, scopes, ...rest } = parsed(text)
    const passwordHash = password_hash ?? hashed_password ?? undefined
    if (passwordHash === undefined) throw new Bad('password_hash is missing')
    if (password_hash && hashed_password) throw new Bad('there are two hashes')
    if (!isVerifiable(passwordHash, config))
      throw new Bad('the hash is neither bcrypt of cost 4 to 16 nor of a pepper that is set')
    if (costOf(passwordHash) > config.bcryptCost)
      throw new Bad(`the hash costs more than BCRYPT_COST: set that to ${costOf(passwordHash)}`)
    const profile = { username, ...profileIn(rest) }
    const fault = rules.profileFault(profile)
    if (fault) throw new Bad(fault)
    if (rules.scopeFault(scopes ?? []))
      throw new Bad(`there is an unknown scope; there are ${rules.scopes.join(' ')}`)
    return newUser(
      {
        ...profile,
        passwordHash,
        disabled: disabled ?? false,
        scopes: scopes ?? defaultScopes(rules.scopes),
      },
      Date.now(),
    )
  }
}

function parsed(text: string): z.infer<typeof lineSchema> {
  // What is no UTF-8 was read as this.
  if (text.includes('\uFFFD')) throw new Bad('it is not UTF-8')
  const { data, error } = lineSchema.safeParse(jsonOf(text))
  if (!data) throw new Bad(reasonOf(error?.issues[0]))
  const twice = repeatedField(text)
  if (twice !== undefined) throw new Bad(`${twice} is there twice`)
  return data
}

/** `JSON.parse` takes the last of two. In one object without others in it, every text before a colon is the name of a field. */
function repeatedField(json: string): string | undefined {
  const texts = json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g)
  const names = [...texts].flatMap(([, text = '', colon]): string[] =>
    colon ? [JSON.parse(text)] : [],
  )
  return names.find((name, at) => names.indexOf(name) < at)
}

/** The parser's own message would show what stands there: a hash. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Bad('it is not JSON')
  }
}

function reasonOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return unknownField(issue.keys[0])
  const field = issue?.path.join('.')
  if (!field) return 'it is no JSON object'
  if (issue?.code !== 'invalid_type') return `${field} is wrong`
  const isMissing = issue.message.endsWith('received undefined')
  return isMissing ? `${field} is missing` : `${field} is no ${issue.expected}`
}

function unknownField(name = ''): string {
  return /^\w{1,50}$/.test(name) ? `there is no field ${name}` : 'there is an unknown field'
}
