/** Refuses changes to an administrator's own account that require its current password (OWASP ASVS 5.0 §7.5.1). */
import type { Can, Refusal } from '#contract'

export function ownAccount(refuse: Can<409, 'own_account'>, what: string, path: string): Refusal {
  return refuse[409]('own_account', `${what} at ${path}, with your password`)
}
