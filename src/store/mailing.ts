/** The proofs and mails that the change of an account adds, in its transaction. */
import type { Kysely } from 'kysely'
import { addMails, type Mail } from './mails.ts'
import { addProofs, type ProofRow } from './proofs.ts'
import type { Schema, UnixMs } from './schema.ts'

export interface Mailing {
  readonly newProofs?: readonly ProofRow[]
  readonly mails?: readonly Mail[]
}

/** The proof and its mail. */
export function mailingOf(proof: ProofRow): Mailing {
  return { newProofs: [proof], mails: [{ kind: 'proof', proofId: proof.proofId }] }
}

export async function addMailing(
  tx: Kysely<Schema>,
  { newProofs = [], mails = [] }: Mailing,
  now: UnixMs,
): Promise<void> {
  await addProofs(tx, newProofs)
  await addMails(tx, mails, now)
}
