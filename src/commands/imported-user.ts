/** Parses an account from a line of JSON. Errors do not repeat the text: a hash may be in the wrong field. */

import { z } from 'zod'
import { accountRules } from '../accounts/account-rules.ts'
import { scopesIn } from '../accounts/contract-scopes.ts'
import { newUser } from '../accounts/new-user.ts'
import { profileFields, profileIn } from '../accounts/profile.ts'
import { hashFault } from '../passwords/passwords.ts'
import type { UserRow } from '../store/user-row.ts'
import type { Setup } from './with-store.ts'

/** A line that is not an account. */
export class InvalidLine extends Error {}

const optionalText = z.string().nullish()
const profileTexts = Object.fromEntries(profileFields.map(({ name }) => [name, optionalText]))

/** FastAPI's tutorial calls the hash `hashed_password`. `null` means absent. */
const lineSchema = z.strictObject({
  username: z.string(),
  password_hash: optionalText,
  hashed_password: optionalText,
  ...profileTexts,
  disabled: z.boolean().nullish(),
  scopes: z.array(z.string()).nullish(),
})

export async function createUserParser({
  config,
  product,
}: Setup): Promise<(text: string) => UserRow> {
  const { scopes: declared, defaultScopes } = scopesIn(product)
  const rules = await accountRules(declared)
  return (text) => {
    const { username, password_hash, hashed_password, disabled, scopes, ...rest } = parseLine(text)
    const passwordHash = password_hash ?? hashed_password ?? undefined
    if (passwordHash === undefined) throw new InvalidLine('password_hash is missing')
    if (password_hash && hashed_password)
      throw new InvalidLine('password_hash and hashed_password are both given')
    const unusable = hashFault(passwordHash, config)
    if (unusable) throw new InvalidLine(unusable)
    const profile = { username, ...profileIn(rest) }
    const fault = rules.profileFault(profile)
    if (fault) throw new InvalidLine(fault)
    if (rules.scopeFault(scopes ?? []))
      throw new InvalidLine(`unknown scope: use ${declared.join(' ')}`)
    return newUser(
      {
        ...profile,
        passwordHash,
        disabled: disabled ?? false,
        scopes: scopes ?? defaultScopes,
      },
      Date.now(),
    )
  }
}

function parseLine(text: string): z.infer<typeof lineSchema> {
  // The decoder replaces invalid UTF-8 with this.
  if (text.includes('\uFFFD')) throw new InvalidLine('not UTF-8')
  const { data, error } = lineSchema.safeParse(parseJson(text))
  if (!data) throw new InvalidLine(reasonOf(error?.issues[0]))
  const duplicate = duplicateField(text)
  if (duplicate !== undefined) throw new InvalidLine(`duplicate field ${duplicate}`)
  return data
}

/** `JSON.parse` keeps the last of duplicate fields. In an object without nested objects, every string before a colon is a field name. */
function duplicateField(json: string): string | undefined {
  const texts = json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g)
  const names = [...texts].flatMap(([, text = '', colon]): string[] =>
    colon ? [JSON.parse(text)] : [],
  )
  return names.find((name, at) => names.indexOf(name) < at)
}

/** The parser's own message would quote the text, which may be a hash. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidLine('not JSON')
  }
}

function reasonOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return unknownField(issue.keys[0])
  const field = issue?.path.join('.')
  if (!field) return 'not a JSON object'
  if (issue?.code !== 'invalid_type') return `invalid ${field}`
  const isMissing = issue.message.endsWith('received undefined')
  return isMissing ? `${field} is missing` : `${field} must be of type ${issue.expected}`
}

function unknownField(name = ''): string {
  return /^\w{1,50}$/.test(name) ? `unknown field ${name}` : 'unknown field'
}
