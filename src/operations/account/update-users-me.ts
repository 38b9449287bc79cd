/** PATCH /users/me: what is left out stays, `null` removes (RFC 7396). A new e-mail address could take the account over. */
import { changesBetween } from '../../accounts/account-changes.ts'
import { requireCurrentPassword, requireUnchanged } from '../../accounts/current-password.ts'
import { audited } from '../../audit/audited-refusal.ts'
import { InvalidToken } from '../../oauth/bearer-errors.ts'
import { aboutCaller } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { etagOf, requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { changed } from '../merge-patch.ts'
import { userBody } from './user-body.ts'

export const updateUsersMe =
  (services: Services): Handler<'updateUsersMe'> =>
  async ({ principal, header, body, http }, respond) => {
    const { store, audit, now, resourceMetadata } = services
    const { user: asked, admission } = principal
    const { email, full_name: fullName, current_password: password } = body
    const about = aboutCaller(principal, http)
    requireMatch(header['If-Match'], asked)
    const user = await audited(audit, about, async () => {
      if (email !== undefined || password !== undefined)
        await requireCurrentPassword(services, principal, password ?? '', http)
      return await store.users.change(
        asked.userId,
        now(),
        (current, caller) => {
          requireUnchanged(principal, caller)
          requireMatch(header['If-Match'], current)
          const user = {
            ...current,
            email: changed(current.email, email),
            fullName: changed(current.fullName, fullName),
          }
          const detail = changesBetween(current, user)
          return detail
            ? { user, event: audit.event('user_updated', { ...about, detail }) }
            : undefined
        },
        { ...admission.token, now: now() },
      )
    })
    if (!user) throw new InvalidToken(resourceMetadata, 'deleted meanwhile')
    return respond[200]({ headers: { ...noStore, ETag: etagOf(user) }, body: userBody(user) })
  }
