/** Refusals that are recorded in the audit trail (OWASP ASVS 5.0 §16.3.2), each with its event. */
import type { Refusal } from '#contract'
import { HttpError, type HttpErrorOptions } from '../http-error.ts'
import type { About, Audit, AuditKind } from './audit.ts'

/** With the caller, if only the refusal knows them. */
interface RefusalEvent extends About {
  readonly kind: AuditKind
  readonly detail: string
}

export class AuditedError<
  Status extends number = number,
  Code extends string = string,
  Headers extends object = never,
> extends HttpError<Status, Code, Headers> {
  readonly event: RefusalEvent

  constructor(
    [status, code, message]: readonly [Status, Code, string],
    event: RefusalEvent,
    ...options: HttpErrorOptions<Headers>
  ) {
    super(status, code, message, ...options)
    this.event = event
  }
}

/** Runs the work. If it throws an `AuditedError`, counts the event before passing the refusal on. */
export async function auditRefusals<Result>(
  audit: Pick<Audit, 'count'>,
  about: About,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AuditedError) {
      const { kind, ...known } = error.event
      audit.count(kind, { ...about, ...known })
    }
    throw error
  }
}

/** Counts one event for the refusals of all alternatives of a request. */
export function auditDenied(audit: Audit) {
  return async (
    refusals: readonly Refusal[],
    { ip: address }: { readonly ip?: string | undefined },
  ): Promise<void> => {
    const events = refusals.flatMap(({ cause }) =>
      cause instanceof AuditedError ? [cause.event] : [],
    )
    const [first] = events
    if (!first) return
    const detail = [...new Set(events.map((event) => event.detail))].join('; ')
    const { kind, ...about } = first
    audit.count(kind, { ...about, address, detail })
  }
}
