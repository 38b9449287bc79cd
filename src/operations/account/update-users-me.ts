/**
 * PATCH /users/me: changes the caller's account by a merge patch (RFC 7396). A new e-mail address requires the password, and where mail
 * is sent, a verified one is not replaced by one that is not.
 */
import { accountChange } from '../../accounts/account-changes.ts'
import { requireCurrentPassword, requireUnchanged } from '../../accounts/current-password.ts'
import { wayBackTo } from '../../accounts/email-confirmation.ts'
import { requireReadable } from '../../accounts/text-rules.ts'
import { userBody } from '../../accounts/user-body.ts'
import { auditRefusals } from '../../audit/audited-error.ts'
import { offers } from '../../mail/require-mail.ts'
import { InvalidToken } from '../../oauth/bearer-errors.ts'
import { aboutCaller } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { etagOf, requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const updateUsersMe =
  (services: Services): Handler<'updateUsersMe'> =>
  async ({ principal, header, body, http }, respond, refuse) => {
    const { store, audit, now, resourceMetadata } = services
    const { user: asked, accessCheck } = principal
    const { current_password: password, ...changes } = body
    const about = aboutCaller(principal, http)
    requireReadable(changes)
    requireMatch(header['If-Match'], asked, refuse)
    const user = await auditRefusals(audit, about, async () => {
      if (changes.email !== undefined || password !== undefined)
        await requireCurrentPassword(services, principal, password ?? '', http)
      return await store.users.change(
        asked.userId,
        now(),
        (current, caller) => {
          requireUnchanged(principal, caller)
          requireMatch(header['If-Match'], current, refuse)
          const change = accountChange(current, changes, (kind, detail) =>
            audit.event(kind, { ...about, detail }),
          )
          if (!change) return undefined
          const { email } = change.user
          const isReplaced = current.emailVerified && email !== current.email && email !== undefined
          if (isReplaced && offers(services, 'changeEmail'))
            throw refuse[409](
              'confirmation_required',
              'Change your verified e-mail address at /users/me/email',
            )
          return { ...change, ...wayBackTo(services, current, email) }
        },
        accessCheck.token,
      )
    })
    if (!user) throw new InvalidToken(resourceMetadata, 'account deleted during the request')
    return respond[200]({ headers: { ...noStore, ETag: etagOf(user) }, body: userBody(user) })
  }
