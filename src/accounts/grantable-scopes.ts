/** Refuses to grant scopes that the caller does not hold, and what would give them. */
import { AuditedError } from '../audit/audited-error.ts'

export class ScopeNotHeld extends AuditedError<403, 'scope_not_held'> {
  constructor(message: string) {
    const event = { kind: 'access_denied', detail: 'scope not held' } as const
    super([403, 'scope_not_held', truncate(message)], event)
  }
}

/** `declared` are the scopes of the contract. Throws a `ScopeNotHeld` that names what is not among them, or not `grantable`. */
export function requireGrantable(
  granted: readonly string[],
  grantable: readonly string[],
  declared: readonly string[],
): void {
  const refused = granted.filter((scope) => !grantable.includes(scope))
  const unknown = refused.filter((scope) => !declared.includes(scope))
  if (unknown.length > 0) throw new ScopeNotHeld(`Unknown scope: ${unknown.join(' ')}`)
  requireHeld(granted, grantable, 'grant')
}

/** Throws a `ScopeNotHeld` that says what the caller cannot do with a scope. */
export function requireHeld(
  scopes: readonly string[],
  grantable: readonly string[],
  what: string,
): void {
  const refused = scopes.filter((scope) => !grantable.includes(scope))
  if (refused.length > 0)
    throw new ScopeNotHeld(`You cannot ${what} a scope that you do not hold: ${refused.join(' ')}`)
}

/** Shortens the message to the maximum length of the contract. */
function truncate(text: string): string {
  return text.length > 1000 ? `${text.slice(0, 999)}…` : text
}
