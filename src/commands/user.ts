/** `tessera user add|list|show|disable|enable|scopes|password|delete`: manages the accounts. */

import type { UserChanges } from '../../generated/api.ts'
import { administeredChange } from '../accounts/account-changes.ts'
import { accountRules } from '../accounts/account-rules.ts'
import { declaredScopes, scopesIn } from '../accounts/contract-scopes.ts'
import { newUser } from '../accounts/new-user.ts'
import { type Profile, profileFields } from '../accounts/profile.ts'
import { loginNameFault } from '../accounts/text-rules.ts'
import { userBody } from '../accounts/user-body.ts'
import { invitedDetail } from '../audit/event-details.ts'
import type { Config } from '../config/config.ts'
import { invitationOf } from '../mail/address-proofs.ts'
import { passwordFault } from '../passwords/password-policy.ts'
import { noPassword } from '../passwords/passwords.ts'
import type { Product } from '../services.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import { changeUser, eventOf, findUser, isUserId, unknownUser, userPages } from './changed-user.ts'
import { CommandError } from './command-error.ts'
import { askNewPassword, withPasswords } from './new-password.ts'
import { type JsonOption, splitWords } from './options.ts'
import { print, printJsonList, printResult } from './output.ts'
import { invitedText, requireInvitable } from './user-invite.ts'
import { changedScopes, type ScopeChanges } from './user-scopes.ts'
import { type Setup, withExistingStore, withStore } from './with-store.ts'

export interface AddOptions extends JsonOption, Partial<Profile> {
  readonly emailVerified?: boolean
  /** Absent: the default scopes. */
  readonly scopes?: string
  /** Whether it asks for one. */
  readonly password: boolean
  /** Whether a mail asks the owner of the address for one. */
  readonly invite?: boolean
}

export interface EmailOptions extends JsonOption {
  readonly verified?: boolean
}

/** Of accounts that are listed. */
const pageSize = 500

export function addUser(setup: Setup, username: string, options: AddOptions): Promise<void> {
  return withStore(setup, async (store) => {
    const { config, product } = setup
    const { scopes: declared, defaultScopes } = scopesIn(product)
    const rules = await accountRules(declared)
    const { scopes: given, password, invite, json, ...rest } = options
    const profile = { username, ...rest }
    const scopes = splitWords(given) ?? defaultScopes
    throwIfFault(rules.profileFaults(profile)[0] ?? rules.scopeFault(scopes))
    const nameFault = loginNameFault(username, config)
    throwIfFault(nameFault && `the username ${nameFault}`)
    if (profile.emailVerified && profile.email === undefined)
      throw new CommandError('give --email with --email-verified')
    if (await store.users.byName(username)) throw usernameTaken(username)
    if (invite && (profile.email === undefined || profile.emailVerified))
      throw new CommandError('give --email with --invite, and no --email-verified')
    if (invite) await requireInvitable(setup, store, profile)
    const passwordHash =
      password && !invite
        ? await hashPassword(config, await askNewPassword(`Password for ${username}: `), profile)
        : noPassword
    const user = newUser({ ...profile, scopes, passwordHash }, Date.now())
    const mailing = invite ? invitationOf(user, user.createdAt) : {}
    const event = eventOf('user_added', user, invite ? invitedDetail : undefined)
    if (!(await store.users.add(user, event, mailing))) throw usernameTaken(username)
    const text = `added ${username} (${user.userId}) with ${textOf(user.scopes)}\n`
    await printResult(json, userBody(user), invite ? text + invitedText(user) : text)
  })
}

/** Prints one line per account: username, state, id, scopes. With `json`, one JSON array. */
export function listUsers(setup: Setup, json: boolean): Promise<void> {
  return withExistingStore(setup, async (store) => {
    if (json) return await printJsonList(userPages(store, pageSize), userBody)
    let isEmpty = true
    for await (const users of userPages(store, pageSize)) {
      isEmpty = false
      await print(users.map(lineOf).join(''))
    }
    if (isEmpty) process.stderr.write(noAccounts(setup.product))
  })
}

/** By username or id. Ids are looked up first, so that a username cannot pass for the id of a different account. */
export function showUser(setup: Setup, nameOrId: string, json: boolean): Promise<void> {
  return withExistingStore(setup, async (store) => {
    const byId = isUserId(nameOrId) ? await store.users.byId(nameOrId) : undefined
    const user = byId ?? (await findUser(store, nameOrId))
    await printResult(json, userBody(user), detailsOf(user))
  })
}

/** Disabling revokes all tokens and sessions. */
export function setDisabled(
  setup: Setup,
  username: string,
  disabled: boolean,
  json: boolean,
): Promise<void> {
  return withStore(setup, async (store) => {
    const user = await patchUser(store, username, () => ({ disabled }))
    const text = `${disabled ? 'disabled' : 'enabled'} ${username}\n`
    await printResult(json, userBody(user), text)
  })
}

/** Without `scopes`, changes those that the account has. */
export function setScopes(
  setup: Setup,
  username: string,
  scopes: readonly string[] | undefined,
  changes: ScopeChanges,
  json: boolean,
): Promise<void> {
  return withStore(setup, async (store) => {
    const given = [...changes.add, ...changes.remove]
    if (!scopes && given.length === 0) throw new CommandError("give the scopes, or '' for none")
    if (scopes && given.length > 0)
      throw new CommandError('give either all scopes, or --add and --remove')
    const { scopeFault } = await accountRules(declaredScopes(setup.product))
    throwIfFault(scopeFault(scopes ?? given))
    const user = await patchUser(store, username, (current) => ({
      scopes: changedScopes(scopes ?? current.scopes, changes),
    }))
    await printResult(json, userBody(user), `${username} has ${textOf(user.scopes)}\n`)
  })
}

/** Without an address, the account keeps its own. Ends the proofs that were mailed, also the way back to a previous address. */
export function setEmail(
  setup: Setup,
  username: string,
  email: string | undefined,
  { verified, json }: EmailOptions,
): Promise<void> {
  return withStore(setup, async (store) => {
    if (email === undefined && !verified) throw new CommandError('give an address, or --verified')
    const { profileFaults } = await accountRules(declaredScopes(setup.product))
    if (email !== undefined) throwIfFault(profileFaults({ email })[0])
    const changes = {
      ...(email !== undefined && { email }),
      ...(verified && { email_verified: true }),
    }
    const user = await patchUser(store, username, (current) => {
      if ((email ?? current.email) === undefined)
        throw new CommandError(`${username} has no address`)
      return changes
    })
    const text = `${username} has the ${user.emailVerified ? 'verified' : 'unverified'} address ${user.email}\n`
    await printResult(json, userBody(user), text)
  })
}

/** Ends the sessions of the account. */
export function changePassword(setup: Setup, username: string, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    const owner = await findUser(store, username)
    const password = await askNewPassword(`New password for ${username}: `)
    const passwordHash = await hashPassword(setup.config, password, owner)
    const user = await changeUser(store, username, (current) => ({
      user: { ...current, passwordHash },
      event: eventOf('password_changed', current),
    }))
    await printResult(json, userBody(user), `changed the password of ${username}\n`)
  })
}

/** With all data of the account. */
export function deleteUser(setup: Setup, username: string, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    const user = await findUser(store, username)
    const isDeleted = await store.users.remove(user.userId, Date.now(), (current) =>
      eventOf('user_deleted', current),
    )
    if (!isDeleted) throw unknownUser(username)
    await printResult(json, userBody(user), `deleted ${username}\n`)
  })
}

function noAccounts(product: Product): string {
  const scopes = declaredScopes(product).join(' ')
  return `no accounts yet; to add the first administrator: ${product.name} user add NAME --scopes "${scopes}"\n`
}

function patchUser(
  store: Store,
  username: string,
  changesOf: (current: UserRow) => UserChanges,
): Promise<UserRow> {
  return changeUser(store, username, (current) =>
    administeredChange(current, changesOf(current), (kind, detail) =>
      eventOf(kind, current, detail),
    ),
  )
}

function lineOf({ username, disabled, userId, scopes }: UserRow): string {
  return `${username.padEnd(20)} ${disabled ? 'disabled' : 'enabled '}  ${userId}  ${scopes.join(' ')}\n`
}

function detailsOf(user: UserRow): string {
  const rows: (readonly [name: string, text: string | undefined])[] = [
    ['username', user.username],
    ['user id', user.userId],
    ...profileFields.map(({ name, key }): [string, string] => [
      name.replaceAll('_', ' '),
      user[key] ?? 'none',
    ]),
    ['email verified', user.email && (user.emailVerified ? 'yes' : 'no')],
    ['external id', user.externalId],
    ['password', user.passwordHash === noPassword ? 'none' : undefined],
    ['state', user.disabled ? 'disabled' : 'enabled'],
    ['scopes', user.scopes.join(' ') || 'none'],
    ['created', new Date(user.createdAt).toISOString()],
  ]
  const known = rows.filter(([, text]) => text !== undefined)
  const width = Math.max(...known.map(([name]) => name.length)) + 2
  return known.map(([name, text]) => `${name.padEnd(width)}${text}\n`).join('')
}

function textOf(scopes: readonly string[]): string {
  return scopes.join(' ') || 'no scope'
}

function throwIfFault(fault: string | undefined): void {
  if (fault) throw new CommandError(fault)
}

function usernameTaken(username: string): CommandError {
  return new CommandError(`user ${username} already exists`)
}

async function hashPassword(
  config: Config,
  password: string,
  owner: Parameters<typeof passwordFault>[2],
): Promise<string> {
  const fault = await passwordFault(password, config, owner)
  if (fault) throw new CommandError(`the password ${fault}`)
  return await withPasswords(config, ({ hash }) => hash(password))
}
