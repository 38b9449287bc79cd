/**
 * What a mail contains to prove that its recipient has read it: 256 bits in a link, or a code of 40 bits where it is typed.
 *
 * Both are MACs of the row of the proof, made when the mail is sent and when they are presented. Neither is stored, so that no copy
 * of the database has one that can be used; and neither proves anything about another account, address or purpose.
 */
import { isEqual, mac } from '../keys/secrets.ts'
import type { ProofRow } from '../store/proofs.ts'

/** How long the proof of a reset can be used. */
export const resetLifetimeMs = 30 * 60_000

/** Of all others. */
export const maxLifetimeMs = 86_400_000

export interface Proof {
  /** For the link: 43 characters of base64url. */
  readonly secret: string
  /** `XXXX-XXXX`: Crockford's base32, without letters that look like digits. */
  readonly code: string
}

/** What a proof is bound to. */
export type ProofSubject = Pick<ProofRow, 'proofId' | 'kind' | 'userId' | 'email'>

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeLength = 8
const secretPattern = /^[\w-]{43}$/
const codePattern = new RegExp(`^[${alphabet}]{${codeLength}}$`)

export function proofOf(key: Uint8Array, subject: ProofSubject): Proof {
  const code = codeOf(key, subject)
  return { secret: secretOf(key, subject), code: `${code.slice(0, 4)}-${code.slice(4)}` }
}

/** What a link had or a person typed: a secret, or a code as it is compared. Undefined if it has neither form. */
export function readProof(
  text: string,
): { readonly form: 'secret' | 'code'; readonly value: string } | undefined {
  if (secretPattern.test(text)) return { form: 'secret', value: text }
  // As Crockford reads them.
  const value = text.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')
  return codePattern.test(value) ? { form: 'code', value } : undefined
}

export type PresentedProof = NonNullable<ReturnType<typeof readProof>>

/** Whether it is that of the row by one of the keys. */
export function isProofOf(
  keys: readonly Uint8Array[],
  subject: ProofSubject,
  { form, value }: PresentedProof,
): boolean {
  const derive = form === 'secret' ? secretOf : codeOf
  return keys.some((key) => isEqual(derive(key, subject), value))
}

function secretOf(key: Uint8Array, subject: ProofSubject): string {
  // Not renamed: a different purpose would end the proofs in mails that were sent.
  return mac(key, 'link', ...textsOf(subject))
}

/** Each byte of the MAC gives a character: 256 is a multiple of 32, so all are as likely. */
function codeOf(key: Uint8Array, subject: ProofSubject): string {
  const bytes = Buffer.from(mac(key, 'code', ...textsOf(subject)), 'base64url')
  return [...bytes.subarray(0, codeLength)].map((byte) => alphabet[byte % 32]).join('')
}

function textsOf({ proofId, kind, userId, email }: ProofSubject): readonly string[] {
  return [proofId, kind, userId, email]
}
