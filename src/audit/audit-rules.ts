/** What the contract says of the audit trail's filters: the command line takes what HTTP takes. */
import { readContract } from '../contract/contract.ts'
import { schemaChecks, schemaOf } from '../contract/schema-check.ts'
import type { AuditKind } from './audit.ts'

export interface AuditRules {
  readonly auditKinds: readonly unknown[]
  isAuditKind(text: string): text is AuditKind
  /** As the contract writes moments. */
  isMoment(text: string): boolean
}

export function auditRules(): AuditRules {
  const { document } = readContract()
  const checkOf = schemaChecks(document)
  const isAuditKind = checkOf('AuditKind')
  const isMoment = checkOf('Moment')
  return {
    auditKinds: schemaOf(document, 'AuditKind').enum ?? [],
    isAuditKind: (text): text is AuditKind => isAuditKind(text),
    isMoment: (text) => isMoment(text),
  }
}
