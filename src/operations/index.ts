/** One handler for every operation of the contract: `ls src/operations` is the API. */
import type { Services } from '../services.ts'
import { changeEmail } from './account/change-email.ts'
import { changePassword } from './account/change-password.ts'
import { confirmEmail } from './account/confirm-email.ts'
import { deleteUsersMe } from './account/delete-users-me.ts'
import { listSessions } from './account/list-sessions.ts'
import { readUsersMe } from './account/read-users-me.ts'
import { readUsersMeWithSlash } from './account/read-users-me-with-slash.ts'
import { requestEmailConfirmation } from './account/request-email-confirmation.ts'
import { requestPasswordReset } from './account/request-password-reset.ts'
import { resetPassword } from './account/reset-password.ts'
import { restoreEmail } from './account/restore-email.ts'
import { revokeSession } from './account/revoke-session.ts'
import { revokeSessions } from './account/revoke-sessions.ts'
import { updateUsersMe } from './account/update-users-me.ts'
import type { Handlers } from './handler.ts'
import { createItem } from './items/create-item.ts'
import { deleteItem } from './items/delete-item.ts'
import { readItem } from './items/read-item.ts'
import { readOwnItems } from './items/read-own-items.ts'
import { readOwnItemsWithSlash } from './items/read-own-items-with-slash.ts'
import { updateItem } from './items/update-item.ts'
import { readLiveness } from './meta/read-liveness.ts'
import { readReadiness } from './meta/read-readiness.ts'
import { introspectToken } from './tokens/introspect-token.ts'
import { issueToken } from './tokens/issue-token.ts'
import { readJwks } from './tokens/read-jwks.ts'
import { readOpenidConfiguration } from './tokens/read-openid-configuration.ts'
import { readResourceMetadata } from './tokens/read-resource-metadata.ts'
import { readServerMetadata } from './tokens/read-server-metadata.ts'
import { revokeToken } from './tokens/revoke-token.ts'
import { deleteUser } from './users/delete-user.ts'
import { listAuditEvents } from './users/list-audit-events.ts'
import { listUsers } from './users/list-users.ts'
import { readUser } from './users/read-user.ts'
import { admitRegistration, registerUser } from './users/register-user.ts'
import { updateUser } from './users/update-user.ts'

/** What operations refuse before the body is read, if their handlers are built in. */
export const admissions = (services: Pick<Services, 'config'>, builtIn: readonly string[]) =>
  builtIn.includes('registerUser') ? { registerUser: admitRegistration(services) } : {}

export const operations = (services: Services): Handlers => ({
  issueToken: issueToken(services),
  revokeToken: revokeToken(services),
  introspectToken: introspectToken(services),
  readServerMetadata: readServerMetadata(services),
  readOpenidConfiguration: readOpenidConfiguration(services),
  readResourceMetadata: readResourceMetadata(services),
  readJwks: readJwks(services),
  readUsersMe: readUsersMe(),
  readUsersMeWithSlash: readUsersMeWithSlash(),
  updateUsersMe: updateUsersMe(services),
  deleteUsersMe: deleteUsersMe(services),
  changePassword: changePassword(services),
  listSessions: listSessions(services),
  revokeSession: revokeSession(services),
  revokeSessions: revokeSessions(services),
  changeEmail: changeEmail(services),
  requestEmailConfirmation: requestEmailConfirmation(services),
  confirmEmail: confirmEmail(services),
  restoreEmail: restoreEmail(services),
  requestPasswordReset: requestPasswordReset(services),
  resetPassword: resetPassword(services),
  readOwnItems: readOwnItems(services),
  readOwnItemsWithSlash: readOwnItemsWithSlash(services),
  createItem: createItem(services),
  readItem: readItem(services),
  updateItem: updateItem(services),
  deleteItem: deleteItem(services),
  registerUser: registerUser(services),
  listUsers: listUsers(services),
  readUser: readUser(services),
  updateUser: updateUser(services),
  deleteUser: deleteUser(services),
  listAuditEvents: listAuditEvents(services),
  readLiveness: readLiveness(),
  readReadiness: readReadiness(services),
})
