/** PUT /users/me/password: changes the password and ends every other session (OWASP ASVS 5.0 §7.4.3). */
import { requireCurrentPassword, requireUnchanged } from '../../accounts/current-password.ts'
import { auditRefusals } from '../../audit/audited-refusal.ts'
import { InvalidToken } from '../../oauth/bearer-errors.ts'
import { aboutCaller } from '../../oauth/caller.ts'
import { requireAllowedPassword } from '../../passwords/password-policy.ts'
import { shareOf } from '../../passwords/share.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const changePassword =
  (services: Services): Handler<'changePassword'> =>
  async ({ principal, body, http }, respond) => {
    const { store, passwords, audit, config, now, resourceMetadata } = services
    const { user, sessionId, accessCheck } = principal
    const about = aboutCaller(principal, http)
    const changed = await auditRefusals(audit, about, async () => {
      await requireCurrentPassword(services, principal, body.current_password, http)
      await requireAllowedPassword(body.new_password, config, user)
      const share = shareOf({ username: user.username, address: http.ip, isKnown: true })
      const passwordHash = await passwords.hash(body.new_password, share)
      const event = audit.event('password_changed', about)
      return await store.users.change(
        user.userId,
        now(),
        (current, caller) => {
          requireUnchanged(principal, caller)
          return { user: { ...current, passwordHash }, event, keepSession: sessionId }
        },
        accessCheck.token,
      )
    })
    if (!changed) throw new InvalidToken(resourceMetadata, 'account deleted during the request')
    return respond[204]({ headers: noStore })
  }
