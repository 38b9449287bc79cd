/** POST /email-restorations: brings back an address that the account has lost, and ends every session. */
import { restoreAddress } from '../../accounts/email-confirmation.ts'
import { requireMail } from '../../mail/require-mail.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const restoreEmail =
  (services: Services): Handler<'restoreEmail'> =>
  async ({ body, http }, respond) => {
    requireMail(services.config)
    await restoreAddress(services, body, http)
    return respond[204]({ headers: noStore })
  }
