/** POST /users: registers an account, if registration is open. */
import { registerAccount, requireOpenRegistration } from '../../accounts/registration.ts'
import { userBody } from '../../accounts/user-body.ts'
import type { Services } from '../../services.ts'
import { etagOf } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

/** Before the body is read: a closed server need not parse it. */
export const admitRegistration =
  ({ config }: Pick<Services, 'config'>) =>
  (): void =>
    requireOpenRegistration(config)

export const registerUser =
  (services: Services): Handler<'registerUser'> =>
  async ({ body, http }, respond) => {
    const user = await registerAccount(services, body, http)
    const Location = `${services.basePath}/users/${user.userId}`
    return respond[201]({
      headers: { ...noStore, ETag: etagOf(user), Location },
      body: userBody(user),
    })
  }
