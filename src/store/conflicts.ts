/** The changes that the accounts themselves do not allow (RFC 9110 §15.5.10). */
import { Refusal } from '../contract/refusal.ts'

export class UsernameTaken extends Refusal {
  constructor() {
    super(409, 'username_taken', 'The username is taken')
  }
}

/** Nobody would be left to administer the accounts. */
export class LastAdministrator extends Refusal {
  constructor() {
    super(409, 'last_administrator', 'The last administrator must stay')
  }
}
