/** PATCH /users/me: what is left out stays, `null` removes (RFC 7396). A new e-mail address could take the account over. */

import { InvalidToken } from '../../security/bearer-errors.ts'
import { requireCurrentPassword } from '../../security/current-password.ts'
import type { Services } from '../../services.ts'
import { etagOf, requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { changed } from '../merge-patch.ts'
import { userBody } from './user-body.ts'

export const updateUsersMe =
  (services: Services): Handler<'updateUsersMe'> =>
  async ({ principal, header, body, http }, respond) => {
    const { store, audit, now, resourceMetadata } = services
    const { userId } = principal.user
    requireMatch(header['If-Match'], principal.user)
    const { email, full_name: fullName, current_password: password } = body
    if (email !== undefined || password !== undefined)
      await requireCurrentPassword(services, principal, password ?? '', http)
    const user = await store.users.change(userId, now(), (current) => {
      requireMatch(header['If-Match'], current)
      if (email === undefined && fullName === undefined) return undefined
      const detail = Object.keys(body)
        .filter((name) => name !== 'current_password')
        .join(' ')
      return {
        user: {
          ...current,
          email: changed(current.email, email),
          fullName: changed(current.fullName, fullName),
        },
        event: audit.event('user_updated', { userId, address: http.ip, detail }),
      }
    })
    if (!user) throw new InvalidToken(resourceMetadata, 'deleted meanwhile')
    return respond[200]({ headers: { ...noStore, ETag: etagOf(user) }, body: userBody(user) })
  }
