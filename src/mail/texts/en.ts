/** The mails in English. */
import type { LanguageTexts, ProofValues } from './mail-texts.ts'

/** What is used, for a person who has asked for it, and until when. `wayOf` precedes it. */
function proofIn({ link, code, expiresAt }: ProofValues, time: (at: number) => string): string {
  if (link === undefined) return `${code}\n\nIt can be used once, until ${time(expiresAt)}.`
  return `${link}\n\nOr enter this code where you asked for it: ${code}\n\nThe link or the code can be used once, until ${time(expiresAt)}.`
}

const wayOf = ({ link }: ProofValues) =>
  link === undefined ? 'with this code, where you asked for it' : 'here'

/** For a person who has not asked for it anywhere. `offeredWayOf` precedes it. */
function offerIn(
  { link, code, requestId, expiresAt }: ProofValues,
  time: (at: number) => string,
): string {
  const way = link ?? `Reference: ${requestId}\nCode: ${code}`
  return `${way}\n\nThis can be used once, until ${time(expiresAt)}.`
}

const offeredWayOf = ({ link }: ProofValues, service: string) =>
  link === undefined
    ? `where you sign in to ${service}, with the reference and the code below`
    : 'here'

export const en: LanguageTexts = {
  password_reset: ({ username, ...proof }, { service, time }) => ({
    subject: `Set a new password for ${service}`,
    text: `Somebody asked for a new password for your account ${username} at ${service}. If it was you, set the password ${wayOf(proof)}:

${proofIn(proof, time)}

If it was not you, do nothing. Your password has not changed.`,
  }),

  email_confirmation: (proof, { service, time }) => ({
    subject: `Confirm your e-mail address for ${service}`,
    text: `Somebody entered this address for an account at ${service}. If it was you, confirm it ${wayOf(proof)}:

${proofIn(proof, time)}

If it was not you, do nothing: ${service} will not write to you again because of it.`,
  }),

  email_change: (proof, { service, time }) => ({
    subject: `Confirm your new e-mail address for ${service}`,
    text: `Somebody wants to use this address for their account at ${service}. If it was you, confirm it ${wayOf(proof)}:

${proofIn(proof, time)}

If it was not you, do nothing: ${service} will not write to you again because of it.`,
  }),

  email_restoration: ({ username, newEmail, at, ...proof }, { service, time }) => ({
    subject: `Your e-mail address for ${service} was ${newEmail === undefined ? 'removed' : 'changed'}`,
    text: `The e-mail address of your account ${username} at ${service} was ${newEmail === undefined ? 'removed' : `changed to ${newEmail}`} (${time(at)}).

If it was you, do nothing. If it was not you, take this address back ${offeredWayOf(proof, service)}. It ends all sessions of the account and its password; ask for a new password next:

${offerIn(proof, time)}`,
  }),

  invitation: ({ username, ...proof }, { service, time }) => ({
    subject: `Your account at ${service}`,
    text: `An administrator of ${service} has made the account ${username} for you. Set its password ${offeredWayOf(proof, service)}:

${offerIn(proof, time)}

If you do not expect an account, do nothing.`,
  }),

  new_sign_in: ({ username, at, address, agent }, { service, time }) => ({
    subject: `New sign-in to ${service}`,
    text: `Somebody signed in to your account ${username} at ${service}, from a network and with a program that you have not used before.

${[`Time: ${time(at)}`, address && `Address: ${address}`, agent && `Program: ${agent}`].filter(Boolean).join('\n')}

If it was you, do nothing. If it was not you, change your password now: it ends all sessions.`,
  }),

  password_changed: ({ username, at }, { service, time }) => ({
    subject: `Your password for ${service} was changed`,
    text: `The password of your account ${username} at ${service} was changed (${time(at)}).

If it was not you, ask for a new password now.`,
  }),

  email_changed: ({ username, at }, { service, time }) => ({
    subject: `Your e-mail address for ${service} was changed`,
    text: `The e-mail address of your account ${username} at ${service} was changed (${time(at)}).

If it was not you, change your password now, and your address.`,
  }),

  session_stolen: ({ username, at }, { service, time }) => ({
    subject: `A session of your account at ${service} was ended`,
    text: `A session of your account ${username} at ${service} was used in two places, and was ended (${time(at)}). Somebody may have copied it from one of your devices.

Sign in again. If it happens once more, change your password.`,
  }),
}
