/** `tessera user invite`: sends one more invitation to an account that has no password. */
import { userBody } from '../accounts/user-body.ts'
import { invitedDetail } from '../audit/event-details.ts'
import { invitationOf } from '../mail/address-proofs.ts'
import { sendsMail } from '../mail/require-mail.ts'
import { noPassword } from '../passwords/passwords.ts'
import { EmailTaken } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import { changeUser, eventOf, findUser } from './changed-user.ts'
import { CommandError } from './command-error.ts'
import { printResult } from './output.ts'
import { type Setup, withStore } from './with-store.ts'

/** The invitations before stay valid until one is used. */
export function inviteUser(setup: Setup, username: string, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    await requireInvitable(setup, store, await findUser(store, username))
    const user = await changeUser(store, username, (current) => {
      const fault = faultOf(current)
      if (fault) throw new CommandError(`${username} ${fault}`)
      const event = eventOf('user_updated', current, invitedDetail)
      return { user: current, event, ...invitationOf(current, Date.now()) }
    })
    await printResult(json, userBody(user), invitedText(user))
  })
}

function faultOf({ passwordHash, email, disabled }: UserRow): string | undefined {
  if (passwordHash !== noPassword) return 'has a password'
  if (email === undefined) return 'has no address'
  return disabled ? 'is disabled' : undefined
}

/** The mail is sent by a server: the settings of this process say only whether there is one. Throws an `EmailTaken`. */
export async function requireInvitable(
  { config }: Setup,
  { users }: Store,
  { email, userId }: Partial<Pick<UserRow, 'email' | 'userId'>>,
): Promise<void> {
  if (!sendsMail(config)) throw new CommandError('an invitation needs SMTP_URL or MAIL_DIR')
  const owner = email === undefined ? undefined : await users.byVerifiedEmail(email)
  if (owner && owner.userId !== userId) throw new EmailTaken()
}

export function invitedText({ email }: UserRow): string {
  return `the server will send an invitation to ${email}\n`
}
