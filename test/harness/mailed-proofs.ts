/** Proofs as a mail would contain them, for tests that read no mail. */
import { newId } from '../../src/keys/secrets.ts'
import { type Proof, proofOf } from '../../src/mail/proofs.ts'
import type { ProofRow } from '../../src/store/proofs.ts'
import type { TestServer } from './test-server.ts'

export interface MailedProof extends Proof {
  readonly requestId: string
}

/** Adds a proof to an account, whose address it is about. */
export async function addProof(
  { services }: Pick<TestServer, 'services'>,
  userId: string,
  { kind = 'password_reset', email = 'johndoe@example.com' }: Partial<ProofRow> = {},
): Promise<MailedProof> {
  const { store, now } = services
  const createdAt = now()
  const row = {
    proofId: newId('pr'),
    kind,
    userId,
    email,
    createdAt,
    expiresAt: createdAt + 1_800_000,
  }
  await store.proofs.add(row)
  return mailedProof({ services }, row)
}

/** What the mail for the row contains. */
export function mailedProof(
  { services: { proofKey } }: Pick<TestServer, 'services'>,
  row: ProofRow,
): MailedProof {
  return { requestId: row.proofId, ...proofOf(proofKey, row) }
}
