/** The refusals that the audit trail tells of (OWASP ASVS 5.0 §16.3.2), each with its event. */
import { Refusal, type RefusalOptions } from '../contract/refusal.ts'
import type { About, Audit, AuditKind } from './audit.ts'

export interface RefusalEvent {
  readonly kind: AuditKind
  /** For people. Nothing that somebody typed. */
  readonly detail: string
}

export class AuditedRefusal extends Refusal {
  readonly event: RefusalEvent

  constructor(
    [status, code, message]: readonly [number, string, string],
    event: RefusalEvent,
    options?: RefusalOptions,
  ) {
    super(status, code, message, options)
    this.event = event
  }
}

/** Does the work. Where it is refused, and the trail is to tell of that, the event is written before the refusal goes on. */
export async function auditRefusals<Result>(
  audit: Audit,
  about: About,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AuditedRefusal) {
      const { kind, detail } = error.event
      await audit.record(kind, { ...about, detail })
    }
    throw error
  }
}
