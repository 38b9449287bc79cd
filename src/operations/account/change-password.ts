/** PUT /users/me/password: changes the password, ends every session, and begins one for the caller (OWASP ASVS 5.0 §7.4.3). */
import { requireCurrentPassword, requireUnchanged } from '../../accounts/current-password.ts'
import { auditRefusals } from '../../audit/audited-error.ts'
import { InvalidToken } from '../../oauth/bearer-errors.ts'
import { aboutCaller } from '../../oauth/caller.ts'
import { clientById, scopesFor } from '../../oauth/clients.ts'
import { newSession } from '../../oauth/sessions.ts'
import { requireAllowedPassword } from '../../passwords/password-policy.ts'
import { shareOf } from '../../passwords/share.ts'
import type { Services } from '../../services.ts'
import type { Handler } from '../handler.ts'
import { tokenResponse } from '../token-response.ts'

export const changePassword =
  (services: Services): Handler<'changePassword'> =>
  async ({ principal, body, http }, respond) => {
    const { store, passwords, accessTokens, audit, config, now, resourceMetadata } = services
    const { user, clientId, grantableScopes, accessCheck } = principal
    const client = await clientById(store.clients, clientId)
    if (!client) throw new InvalidToken(resourceMetadata, 'unknown client')
    const about = aboutCaller(principal, http)
    const begun = await auditRefusals(audit, about, async () => {
      await requireCurrentPassword(services, principal, body.current_password, http)
      await requireAllowedPassword(body.new_password, config, user)
      const share = shareOf({ username: user.username, address: http.ip, isKnown: true })
      const passwordHash = await passwords.hash(body.new_password, share)
      const event = audit.event('password_changed', about)
      const login = { user, client, scopes: scopesFor(client, grantableScopes), context: http }
      const { refreshToken, ...added } = newSession(services, login, 'password changed')
      // Everything that may fail comes before the change: the old tokens end with it.
      const accessToken = await accessTokens.issue(added.session)
      const changed = await store.users.change(
        user.userId,
        now(),
        (current, caller) => {
          requireUnchanged(principal, caller)
          return { user: { ...current, passwordHash }, event, newSession: added }
        },
        accessCheck.token,
      )
      return changed && { accessToken, scopes: login.scopes, refreshToken: refreshToken?.text }
    })
    if (!begun) throw new InvalidToken(resourceMetadata, 'account deleted during the request')
    return respond[200](tokenResponse(begun, config))
  }
