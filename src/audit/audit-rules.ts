/** The contract's rules for the filters of the audit trail, so that the command line accepts what HTTP accepts. */

import { schemaChecks, schemaOf } from '#contract'
import { contract } from '../../generated/contract.ts'
import type { AuditKind } from './audit.ts'

export type AuditRules = Awaited<ReturnType<typeof auditRules>>

export async function auditRules() {
  const { document } = contract
  const checkOf = await schemaChecks(document)
  const [isKind, isMoment] = [checkOf('AuditKind'), checkOf('Moment')]
  return {
    auditKinds: schemaOf(document, 'AuditKind').enum ?? [],
    isAuditKind: (text: string): text is AuditKind => isKind(text),
    isMoment: (text: string): boolean => isMoment(text),
  }
}
