/**
 * What the errors that deeper code throws mean for each operation: an entry that openapi.yaml does not declare does not compile. Any
 * other error is a 500. What a handler itself refuses with is in its own file.
 */
import { type Can, type Mapping, type Refusals, type SecurityRefusals, when } from '#contract'
import type { Api } from '../../generated/contract.ts'
import { NothingToConfirm } from '../accounts/account-changes.ts'
import { AdministratorAccount } from '../accounts/administered-address.ts'
import { PasswordChanged, PasswordTooLong, WrongPassword } from '../accounts/current-password.ts'
import { ScopeNotHeld } from '../accounts/grantable-scopes.ts'
import { RegistrationClosed } from '../accounts/registration.ts'
import { TextRefused } from '../accounts/text-rules.ts'
import { InvalidProof } from '../mail/check-proof.ts'
import { MailNotConfigured } from '../mail/require-mail.ts'
import {
  InactiveCaller,
  InsufficientScope,
  InvalidAuthorization,
  InvalidToken,
  NotAuthenticated,
} from '../oauth/bearer-errors.ts'
import {
  InvalidClient,
  InvalidGrant,
  InvalidRequest,
  InvalidScope,
  UnauthorizedClient,
  UnsupportedGrantType,
  WrongCredentials,
} from '../oauth/oauth-errors.ts'
import { PasswordRefused } from '../passwords/password-policy.ts'
import {
  EmailTaken,
  LastAdministrator,
  ProofUsed,
  TooManyItems,
  UsernameTaken,
} from '../store/errors.ts'
import { BudgetExhausted } from '../throttling/budget-exhausted.ts'
import { anyThrown, mapped, thrown } from './thrown.ts'

const budget = thrown(BudgetExhausted)
const text = thrown(TextRefused)
const mail = thrown(MailNotConfigured)
/** The current password is required. */
const password = [thrown(PasswordTooLong), thrown(WrongPassword), thrown(PasswordChanged)]
const client = [thrown(InvalidRequest), thrown(InvalidClient), thrown(UnauthorizedClient)]

const credentials = when(
  WrongCredentials,
  (
    { status, code, message, cause },
    refuse: Can<400, 'invalid_grant'> &
      Can<401, 'invalid_grant', { readonly 'WWW-Authenticate': string }>,
  ) =>
    status === 400
      ? refuse[400](code, message, { cause })
      : refuse[401](code, message, { headers: { 'WWW-Authenticate': 'Bearer' }, cause }),
)

const usernameTaken = mapped(UsernameTaken, 409, 'username_taken')
const emailTaken = mapped(EmailTaken, 409, 'email_taken')
const lastAdministrator = mapped(LastAdministrator, 409, 'last_administrator')
const proofUsed = mapped(ProofUsed, 403, 'invalid_proof')
const tooManyItems = mapped(TooManyItems, 409, 'too_many_items')
/** Of an address that is mailed. */
const addressProof = [mail, thrown(InvalidProof), proofUsed, emailTaken, budget]

export const refusals = {
  issueToken: [
    ...client,
    credentials,
    thrown(InvalidGrant),
    thrown(InvalidScope),
    thrown(UnsupportedGrantType),
    budget,
  ],
  revokeToken: client,
  introspectToken: client,
  updateUsersMe: [...password, text, budget],
  deleteUsersMe: [...password, lastAdministrator, budget],
  changePassword: [...password, thrown(PasswordRefused), budget],
  changeEmail: [mail, text, ...password, budget],
  requestEmailConfirmation: [mail, thrown(NothingToConfirm), budget],
  confirmEmail: addressProof,
  restoreEmail: addressProof,
  requestPasswordReset: [mail, budget],
  resetPassword: [...addressProof, thrown(PasswordRefused)],
  createItem: [text, tooManyItems, budget],
  updateItem: [text, budget],
  registerUser: [
    thrown(RegistrationClosed),
    thrown(ScopeNotHeld),
    text,
    thrown(PasswordRefused),
    mail,
    usernameTaken,
    emailTaken,
    budget,
  ],
  updateUser: [
    text,
    thrown(ScopeNotHeld),
    thrown(AdministratorAccount),
    usernameTaken,
    emailTaken,
    thrown(NothingToConfirm),
    lastAdministrator,
    budget,
  ],
} satisfies Refusals<Api>

/** Of every operation with the scheme. The caller of one with OAuth2 is checked before the handler, and again in the transaction of a change. */
export const securityRefusals = {
  OAuth2: [
    thrown(InvalidAuthorization),
    thrown(NotAuthenticated),
    thrown(InvalidToken),
    thrown(InactiveCaller),
    thrown(InsufficientScope),
  ],
  clientBasic: [thrown(InvalidClient)],
} satisfies SecurityRefusals<Api>

/** For operations that are not ours: the errors of our services, where the operation declares their statuses. Otherwise a 500. */
export const refusalsOfOthers: readonly Mapping<never>[] = [
  anyThrown,
  usernameTaken,
  emailTaken,
  lastAdministrator,
  proofUsed,
  tooManyItems,
]
