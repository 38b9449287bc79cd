/** What `make-records.py` wrote: twenty passwords of each library, with their hashes. */
import { readFileSync } from 'node:fs'

export interface ForeignHash {
  readonly scheme: string
  readonly password: string
  readonly hash: string
}

export interface KeycloakRecord {
  readonly scheme: string
  readonly password: string
  readonly credential: { readonly secretData: string; readonly credentialData: string }
}

export interface FirebaseRecord {
  readonly password: string
  readonly salt: string
  readonly passwordHash: string
}

interface Records {
  readonly 'argon2-cffi': readonly ForeignHash[]
  readonly pwdlib: readonly ForeignHash[]
  readonly passlib: readonly ForeignHash[]
  readonly django: readonly ForeignHash[]
  readonly werkzeug: readonly ForeignHash[]
  readonly keycloak: readonly KeycloakRecord[]
  readonly firebase: readonly FirebaseRecord[]
  readonly 'firebase parameters': {
    readonly signer_key: string
    readonly salt_separator: string
    readonly rounds: number
    readonly mem_cost: number
  }
}

export const foreignRecords: Records = JSON.parse(
  readFileSync(new URL('records.json', import.meta.url), 'utf8'),
)
