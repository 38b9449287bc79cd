/** POST /users: registers an account, if registration is open, or adds one as an administrator. */
import type { Arrival } from '#contract'
import type { Api } from '../../../generated/contract.ts'
import { addAccountFor } from '../../accounts/added-account.ts'
import { registerAccount, requireOpenRegistration } from '../../accounts/registration.ts'
import { userBody } from '../../accounts/user-body.ts'
import { mailedProofOf } from '../../mail/address-proofs.ts'
import type { Services } from '../../services.ts'
import { etagOf } from '../etags.ts'
import { type Handler, noStore, type Principals } from '../handler.ts'

/**
 * Before the body is read: a closed server need not parse it. A request with credentials is that of an administrator: with wrong ones, it is
 * refused rather than taken for a registration.
 */
export const admitRegistration =
  ({ config }: Pick<Services, 'config'>) =>
  async (
    _refuse: unknown,
    { principal, http, deny }: Arrival<Api, 'registerUser', Principals>,
  ): Promise<void> => {
    if (http.headers.authorization !== undefined) await deny?.()
    if (!principal) requireOpenRegistration(config)
  }

export const registerUser =
  (services: Services): Handler<'registerUser'> =>
  async ({ principal, body, http }, respond) => {
    const { user, proof } = principal
      ? { user: await addAccountFor(principal, services, body, http) }
      : await registerAccount(services, body, http)
    const Location = `${services.basePath}/users/${user.userId}`
    return respond[201]({
      headers: { ...noStore, ETag: etagOf(user), Location },
      body: { ...userBody(user), ...(proof && { email_confirmation: mailedProofOf(proof) }) },
    })
  }
