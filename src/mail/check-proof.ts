/**
 * Checks the proof that a client presents. A code can be tried five times: the try is counted before the code is compared, also for an
 * id that does not exist, so that neither the response nor its time tells whether there is such a proof.
 */
import type { ProofUse } from '../../generated/api.ts'
import { AuditedError } from '../audit/audited-error.ts'
import { mac } from '../keys/secrets.ts'
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UserRow } from '../store/user-row.ts'
import { takeFromNetwork } from '../throttling/network-budget.ts'
import type { MailServices } from './mail-services.ts'
import { isProofOf, maxLifetimeMs, readProof } from './proofs.ts'

/** Whatever is wrong with the proof: the audit event has the reason, the response does not. */
export class InvalidProof extends AuditedError<403, 'invalid_proof'> {
  constructor(detail: string, userId?: string) {
    super([403, 'invalid_proof', 'The proof is invalid, used or expired'], {
      kind: 'proof_refused',
      userId,
      detail,
    })
  }
}

const maxTries = 5
/** The limit on codes, as a multiple of the limit on failed logins: an office that confirms its addresses. */
const codesFactor = 10

/** Returns the row of the proof, which the change that it allows deletes. Throws an `InvalidProof` or a `BudgetExhausted`. */
export async function checkProof(
  services: MailServices,
  { request_id: proofId, proof: text }: ProofUse,
  kinds: readonly ProofKind[],
  { ip: address = '' }: { readonly ip?: string | undefined },
): Promise<ProofRow> {
  const { config, store, attemptsKey, now } = services
  const presented = readProof(text)
  if (!presented) throw new InvalidProof('malformed proof')
  const tries = { key: mac(attemptsKey, 'tries of a proof', proofId), limit: maxTries }
  if (presented.form === 'code') {
    await takeFromNetwork(services, address, {
      what: 'mailed codes',
      limit: codesFactor * config.loginMaxFailures,
      kind: 'mail_throttled',
      message: 'Too many codes',
    })
    if (await store.attempts.take(tries, now(), now() + maxLifetimeMs))
      throw new InvalidProof('too many tries')
  }
  const row = await store.proofs.byId(proofId)
  if (!row || !kinds.includes(row.kind)) throw new InvalidProof('unknown proof')
  const { userId, expiresAt } = row
  if (!isProofOf(keysOf(services), row, presented)) throw new InvalidProof('wrong proof', userId)
  if (expiresAt <= now()) throw new InvalidProof('expired proof', userId)
  // The password that comes with it may be refused, and the code be typed again.
  if (presented.form === 'code') await store.attempts.forget(tries.key)
  return row
}

/** The proof says nothing about another address than the one that it was mailed to. Throws an `InvalidProof`. */
export function requireAddressOf(
  { userId, email }: Pick<ProofRow, 'userId' | 'email'>,
  user: Pick<UserRow, 'email'>,
): void {
  if (user.email !== email) throw new InvalidProof('proof of another address', userId)
}

function keysOf({ proofKey, previousProofKey }: MailServices): readonly Uint8Array[] {
  return previousProofKey ? [proofKey, previousProofKey] : [proofKey]
}
