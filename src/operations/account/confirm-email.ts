/** POST /email-confirmations: marks the address of an account as verified, or changes it to the new one. */
import { confirmAddress } from '../../accounts/email-confirmation.ts'
import { requireMail } from '../../mail/require-mail.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const confirmEmail =
  (services: Services): Handler<'confirmEmail'> =>
  async ({ body, http }, respond) => {
    requireMail(services.config)
    await confirmAddress(services, body, http)
    return respond[204]({ headers: noStore })
  }
