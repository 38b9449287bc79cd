/** POST /users/me/email/confirmation: sends a mail that confirms the address of the account. */
import { NothingToConfirm } from '../../accounts/account-changes.ts'
import { requestAddressMail } from '../../accounts/email-requests.ts'
import { requireMail } from '../../mail/require-mail.ts'
import { authorize } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import type { Account } from '../../store/user-row.ts'
import { type Handler, noStore } from '../handler.ts'

export const requestEmailConfirmation =
  (services: Services): Handler<'requestEmailConfirmation'> =>
  async ({ principal, http }, respond) => {
    requireMail(services.config)
    requireUnconfirmed(principal.user)
    const request = { caller: principal, context: http }
    const body = await requestAddressMail(
      services,
      'email_confirmation',
      request,
      (user, caller) => {
        authorize(principal.accessCheck, caller)
        return requireUnconfirmed(user)
      },
    )
    return respond[202]({ headers: noStore, body })
  }

/** Returns the address. */
function requireUnconfirmed({ email, emailVerified }: Account): string {
  if (email === undefined) throw new NothingToConfirm('The account has no e-mail address')
  if (emailVerified) throw new NothingToConfirm('The e-mail address is verified already')
  return email
}
