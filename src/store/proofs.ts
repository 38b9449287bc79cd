/** The mailed proofs: what each is for, and until when. A row does not contain the proof: `mail/proofs.ts` derives it. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import { ProofUsed } from './errors.ts'
import type { Purge } from './purge.ts'
import type { ProofsTable, Schema, UnixMs } from './schema.ts'

export type ProofKind = ProofsTable['kind']

export interface ProofRow {
  readonly proofId: string
  readonly kind: ProofKind
  readonly userId: string
  /** The address to which the proof is mailed, or which it restores. */
  readonly email: string
  readonly createdAt: UnixMs
  readonly expiresAt: UnixMs
}

export function proofsTable(db: Kysely<Schema>, purge: Purge) {
  return {
    async byId(proofId: string): Promise<ProofRow | undefined> {
      const row = await db
        .selectFrom('proofs')
        .selectAll()
        .where('proof_id', '=', proofId)
        .executeTakeFirst()
      return row && proofOf(row)
    },

    add: (proof: ProofRow) => addProofs(db, [proof]),

    async purge(now: UnixMs): Promise<void> {
      const isExpired = sql<SqlBool>`expires_at <= ${now}`
      await purge({ table: 'proofs', key: ['proof_id'], isExpired })
    },
  }
}

export async function addProofs(tx: Kysely<Schema>, proofs: readonly ProofRow[]): Promise<void> {
  if (proofs.length === 0) return
  await tx
    .insertInto('proofs')
    .values(proofs.map(rowOf))
    .onConflict((conflict) => conflict.column('proof_id').doNothing())
    .execute()
}

/** Of concurrent uses of a proof, one succeeds. Throws a `ProofUsed`. */
export async function useProof(tx: Kysely<Schema>, proofId: string): Promise<void> {
  const used = await tx.deleteFrom('proofs').where('proof_id', '=', proofId).executeTakeFirst()
  if (used.numDeletedRows !== 1n) throw new ProofUsed()
}

/** A new password or address, or a disabled account, ends what was mailed before, but not the way back to the previous address. */
export async function endProofs(tx: Kysely<Schema>, userId: string): Promise<void> {
  await tx
    .deleteFrom('proofs')
    .where('user_id', '=', userId)
    .where('kind', '!=', 'email_restoration')
    .execute()
}

/** With all other proofs, ends the ways back to previous addresses that were mailed at this time or later. */
export async function endRestorations(
  tx: Kysely<Schema>,
  userId: string,
  since: UnixMs,
): Promise<void> {
  await endProofs(tx, userId)
  await tx
    .deleteFrom('proofs')
    .where('user_id', '=', userId)
    .where('created_at', '>=', since)
    .execute()
}

function proofOf(row: ProofsTable): ProofRow {
  return {
    proofId: row.proof_id,
    kind: row.kind,
    userId: row.user_id,
    email: row.email,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

function rowOf(proof: ProofRow): ProofsTable {
  return {
    proof_id: proof.proofId,
    kind: proof.kind,
    user_id: proof.userId,
    email: proof.email,
    created_at: proof.createdAt,
    expires_at: proof.expiresAt,
  }
}
