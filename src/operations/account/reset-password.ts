/** POST /password-resets/completion: sets a new password with the proof of a mail, and ends every session. */
import { completeReset } from '../../accounts/password-reset.ts'
import { requireMail } from '../../mail/require-mail.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const resetPassword =
  (services: Services): Handler<'resetPassword'> =>
  async ({ body, http }, respond) => {
    requireMail(services.config)
    await completeReset(services, body, http)
    return respond[204]({ headers: noStore })
  }
