/** POST /password-resets: sends a mail with which a forgotten password is replaced. */
import { requestReset } from '../../accounts/password-reset.ts'
import { requireMail } from '../../mail/require-mail.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const requestPasswordReset =
  (services: Services): Handler<'requestPasswordReset'> =>
  async ({ body, http }, respond) => {
    requireMail(services.config)
    const mailed = await requestReset(services, body.username, http)
    return respond[202]({ headers: noStore, body: mailed })
  }
