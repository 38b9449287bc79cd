/** What a change of an account does to mails and their proofs, in its transaction. */
import type { Kysely } from 'kysely'
import { addMails, type Mail } from './mails.ts'
import { addProofs, type ProofRow } from './proofs.ts'
import type { Schema, UnixMs } from './schema.ts'

export interface Mailing {
  /** The id of the proof that permits the change. */
  readonly usedProof?: string | undefined
  readonly newProofs?: readonly ProofRow[]
  readonly mails?: readonly Mail[]
}

export async function addMailing(
  tx: Kysely<Schema>,
  { newProofs = [], mails = [] }: Mailing,
  now: UnixMs,
): Promise<void> {
  await addProofs(tx, newProofs)
  await addMails(tx, mails, now)
}
