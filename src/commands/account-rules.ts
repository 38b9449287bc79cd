/** What the contract says of names, addresses and scopes: the command line refuses what HTTP refuses. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { AuditKind } from '../audit/audit.ts'
import { readContract, scopesOf } from '../contract/contract.ts'
import { type Document, resolve, type Schema } from '../contract/document.ts'

export interface Profile {
  readonly username: string
  readonly email: string | undefined
  readonly fullName: string | undefined
}

export interface AccountRules {
  readonly scopes: readonly string[]
  /** Why such an account cannot be, for people, without repeating any of it; nothing where it can. */
  profileFault(profile: Profile): string | undefined
  scopeFault(scopes: readonly string[]): string | undefined
  isAuditKind(text: string): text is AuditKind
  readonly auditKinds: readonly unknown[]
  /** As the contract writes moments. */
  isMoment(text: string): boolean
}

/** Whether it looks like an id of ours. Somebody may have chosen such a name: where both fit, it is the id. */
export function isUserId(text: string): boolean {
  return /^u_[\w-]{22}$/.test(text)
}

export function accountRules(): AccountRules {
  const { document } = readContract()
  const scopes = scopesOf(document, 'OAuth2')
  const ajv = formats.default(new Ajv2020({ strict: false }), { mode: 'full' })
  const checkOf = (name: string) => ajv.compile(schemaOf(document, name))
  const isUsername = checkOf('NewUsername')
  const isEmail = checkOf('Email')
  const isFullName = checkOf('FullName')
  const isAuditKind = checkOf('AuditKind')
  const isMoment = checkOf('Moment')

  return {
    scopes,
    profileFault({ username, email, fullName }) {
      if (![username, email, fullName].every((text) => text?.isWellFormed() ?? true))
        return 'there is half a surrogate pair, which is no character'
      if (!isUsername(username))
        return 'a username has 1 to 200 characters, no spaces and nothing invisible'
      if (email !== undefined && !isEmail(email)) return 'the email is no e-mail address'
      if (fullName !== undefined && !isFullName(fullName))
        return 'a full name has 1 to 200 characters, none of them control characters'
      return undefined
    },
    scopeFault(asked) {
      const unknown = asked.filter((scope) => !scopes.includes(scope))
      if (unknown.length === 0) return undefined
      return `unknown scope ${unknown.join(' ')}; there are ${scopes.join(' ')}`
    },
    isAuditKind: (text): text is AuditKind => isAuditKind(text),
    isMoment: (text) => isMoment(text),
    auditKinds: schemaOf(document, 'AuditKind').enum ?? [],
  }
}

type SchemaObject = Exclude<Schema, { $ref: string }>

function schemaOf(document: Document, name: string): SchemaObject {
  return resolve<SchemaObject>(document, { $ref: `#/components/schemas/${name}` })
}
