/** The grants of POST /token by `grant_type` (RFC 6749 §4.3, §6), listed only here. */
import { passwordGrant } from './password-grant.ts'
import { refreshGrant } from './refresh-grant.ts'

export const grants = {
  password: passwordGrant,
  refresh_token: refreshGrant,
} as const

export type GrantType = keyof typeof grants

export const grantTypes: readonly string[] = Object.keys(grants)

export function isGrantType(text: string): text is GrantType {
  return Object.hasOwn(grants, text)
}
