/** PUT /users/me/email: sends a mail to a new address, which the account gets when it is confirmed. */
import { requireCurrentPassword, requireUnchanged } from '../../accounts/current-password.ts'
import { requestAddressMail } from '../../accounts/email-requests.ts'
import { requireReadable } from '../../accounts/text-rules.ts'
import { auditRefusals } from '../../audit/audited-error.ts'
import { requireMail } from '../../mail/require-mail.ts'
import { aboutCaller } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const changeEmail =
  (services: Services): Handler<'changeEmail'> =>
  async ({ principal, body: { email, current_password: password }, http }, respond) => {
    requireMail(services.config)
    requireReadable({ email })
    const request = { caller: principal, context: http }
    const body = await auditRefusals(services.audit, aboutCaller(principal, http), async () => {
      await requireCurrentPassword(services, principal, password, http)
      return await requestAddressMail(services, 'email_change', request, (_user, caller) => {
        requireUnchanged(principal, caller)
        return email
      })
    })
    return respond[202]({ headers: noStore, body })
  }
