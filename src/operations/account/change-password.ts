/** PUT /users/me/password: the next password, and the end of every other session (OWASP ASVS 5.0 §7.4.3). */
import { requireCurrentPassword, WrongPassword } from '../../security/current-password.ts'
import { requireAllowedPassword } from '../../security/password-policy.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const changePassword =
  (services: Services): Handler<'changePassword'> =>
  async ({ principal, body, http }, respond) => {
    const { store, passwords, audit, config, now } = services
    const { user, sessionId, clientId } = principal
    await requireCurrentPassword(services, principal, body.current_password, http)
    await requireAllowedPassword(body.new_password, config, user)
    const passwordHash = await passwords.hash(body.new_password)
    const { userId } = user
    const event = audit.event('password_changed', {
      userId,
      clientId,
      sessionId,
      address: http.ip,
    })
    const changed = await store.users.change(userId, now(), (current) => {
      // Somebody else has changed it meanwhile: what was proven is proven no more.
      if (current.passwordHash !== user.passwordHash) throw new WrongPassword()
      return { user: { ...current, passwordHash }, event, keepSession: sessionId }
    })
    if (!changed) throw new WrongPassword()
    return respond[204]({ headers: noStore })
  }
