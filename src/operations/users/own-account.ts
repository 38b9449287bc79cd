/** Refuses changes to an administrator's own account that require its current password (OWASP ASVS 5.0 §7.5.1). */
import { Refusal } from '#contract'

export class OwnAccount extends Refusal {
  constructor(what: string, path: string) {
    super(409, 'own_account', `${what} at ${path}, with your password`)
  }
}
