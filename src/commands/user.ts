/** `tessera user add|list|show|disable|enable|scopes|password|delete`: the accounts, from the command line. */
import type { UserChanges } from '../../generated/api.ts'
import { accountChange } from '../accounts/account-changes.ts'
import { accountRules } from '../accounts/account-rules.ts'
import { defaultScopes, isUserId, newUser } from '../accounts/new-user.ts'
import { type Profile, profileFields } from '../accounts/profile.ts'
import { userBody } from '../accounts/user-body.ts'
import { type AuditKind, auditEvent } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { createHashPool } from '../passwords/hash-pool.ts'
import { passwordFault } from '../passwords/password-policy.ts'
import { createPasswords } from '../passwords/passwords.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import { CommandError } from './command-error.ts'
import { declaredScopes } from './declared-scopes.ts'
import { newPassword } from './new-password.ts'
import { print, printJson, printJsonList } from './output.ts'
import { withExistingStore, withStore } from './with-store.ts'

export interface AddedUser extends Partial<Profile> {
  readonly username: string
  /** Absent: the default ones. */
  readonly scopes: readonly string[] | undefined
}

export interface ScopeChanges {
  /** Absent: those that the account has. */
  readonly scopes: readonly string[] | undefined
  readonly add: readonly string[] | undefined
  readonly remove: readonly string[] | undefined
}

const rowsAtOnce = 500

export function addUser(config: Config, added: AddedUser, json: boolean): Promise<void> {
  return withStore(config, async (store) => {
    const rules = accountRules()
    const { scopes = defaultScopes(rules.scopes), ...profile } = added
    const { username } = profile
    refuse(rules.profileFault(profile) ?? rules.scopeFault(scopes))
    if (await store.users.byName(username)) throw taken(username)
    const password = await newPassword(`Password for ${username}: `)
    const passwordHash = await hashed(config, password, profile)
    const user = newUser({ ...profile, scopes, passwordHash }, Date.now())
    if (!(await store.users.add(user, eventOf('user_added', user)))) throw taken(username)
    if (json) return await printJson(userBody(user))
    await print(`added ${username} (${user.userId}) with ${textOf(user.scopes)}\n`)
  })
}

/** A line each: name, state, id, scopes. With `json`, one JSON document. */
export function listUsers(config: Config, json: boolean): Promise<void> {
  return withExistingStore(config, async (store) => {
    if (json) return await printJsonList(pages(store), userBody)
    let isEmpty = true
    for await (const users of pages(store)) {
      isEmpty = false
      await print(users.map(lineOf).join(''))
    }
    if (isEmpty) process.stderr.write(nobodyYet())
  })
}

/** By username or id. What looks like an id is taken for one: no username passes for the id of another account. */
export function showUser(config: Config, nameOrId: string, json: boolean): Promise<void> {
  return withExistingStore(config, async (store) => {
    const byId = isUserId(nameOrId) ? await store.users.byId(nameOrId) : undefined
    const user = byId ?? (await found(store, nameOrId))
    await (json ? printJson(userBody(user)) : print(sheetOf(user)))
  })
}

/** Disabling revokes all tokens and sessions. */
export function setDisabled(
  config: Config,
  username: string,
  disabled: boolean,
  json: boolean,
): Promise<void> {
  return withStore(config, async (store) => {
    const user = await patched(store, username, () => ({ disabled }))
    if (json) return await printJson(userBody(user))
    await print(`${disabled ? 'disabled' : 'enabled'} ${username}\n`)
  })
}

export function setScopes(
  config: Config,
  username: string,
  changes: ScopeChanges,
  json: boolean,
): Promise<void> {
  return withStore(config, async (store) => {
    const { scopes, add = [], remove = [] } = changes
    if (!Object.values(changes).some(Boolean))
      throw new CommandError("name the scopes; '' stands for none")
    if (scopes && (changes.add || changes.remove))
      throw new CommandError('give either all the scopes, or --add and --remove')
    refuse(accountRules().scopeFault([...(scopes ?? []), ...add, ...remove]))
    const user = await patched(store, username, (current) => {
      const wanted = new Set([...(scopes ?? current.scopes), ...add])
      for (const scope of remove) wanted.delete(scope)
      return { scopes: [...wanted] }
    })
    if (json) return await printJson(userBody(user))
    await print(`${username} has ${textOf(user.scopes)}\n`)
  })
}

/** Ends the sessions of the account. */
export function changePassword(config: Config, username: string, json: boolean): Promise<void> {
  return withStore(config, async (store) => {
    const chooser = await found(store, username)
    const password = await newPassword(`New password for ${username}: `)
    const passwordHash = await hashed(config, password, chooser)
    const user = await changed(store, username, (current) => ({
      user: { ...current, passwordHash },
      event: eventOf('password_changed', current),
    }))
    if (json) return await printJson(userBody(user))
    await print(`changed the password of ${username}\n`)
  })
}

/** With all that belongs to the account. */
export function deleteUser(config: Config, username: string, json: boolean): Promise<void> {
  return withStore(config, async (store) => {
    const user = await found(store, username)
    const isDeleted = await store.users.remove(user.userId, Date.now(), (current) =>
      eventOf('user_deleted', current),
    )
    if (!isDeleted) throw unknown(username)
    if (json) return await printJson(userBody(user))
    await print(`deleted ${username}\n`)
  })
}

function nobodyYet(): string {
  const scopes = declaredScopes().join(' ')
  return `There is nobody yet. The first administrator: tessera user add NAME --scopes "${scopes}"\n`
}

async function* pages({ users }: Store): AsyncGenerator<UserRow[]> {
  let after: string | undefined
  for (;;) {
    const page = await users.page(after, rowsAtOnce)
    if (page.length > 0) yield page
    if (page.length < rowsAtOnce) return
    after = page.at(-1)?.username
  }
}

async function found({ users }: Store, username: string): Promise<UserRow> {
  const user = await users.byName(username)
  if (!user) throw unknown(username)
  return user
}

type Edit = Parameters<Store['users']['change']>[2]

async function changed(store: Store, username: string, edit: Edit): Promise<UserRow> {
  const { userId } = await found(store, username)
  const user = await store.users.change(userId, Date.now(), edit)
  if (!user) throw unknown(username)
  return user
}

function patched(
  store: Store,
  username: string,
  changesOf: (current: UserRow) => UserChanges,
): Promise<UserRow> {
  return changed(store, username, (current) =>
    accountChange(current, changesOf(current), (kind, detail) => eventOf(kind, current, detail)),
  )
}

function eventOf(kind: AuditKind, { userId }: UserRow, detail?: string) {
  return auditEvent('command_line', kind, { userId, detail }, Date.now())
}

function lineOf({ username, disabled, userId, scopes }: UserRow): string {
  return `${username.padEnd(20)} ${disabled ? 'disabled' : 'enabled '}  ${userId}  ${scopes.join(' ')}\n`
}

function sheetOf(user: UserRow): string {
  const rows: [name: string, text: string][] = [
    ['username', user.username],
    ['user id', user.userId],
    ...profileFields.map(({ name, key }): [string, string] => [
      name.replaceAll('_', ' '),
      user[key] ?? 'none',
    ]),
    ['state', user.disabled ? 'disabled' : 'enabled'],
    ['scopes', user.scopes.join(' ') || 'none'],
    ['created', new Date(user.createdAt).toISOString()],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, text]) => `${name.padEnd(width)}${text}\n`).join('')
}

function textOf(scopes: readonly string[]): string {
  return scopes.join(' ') || 'no scope'
}

function refuse(fault: string | undefined): void {
  if (fault) throw new CommandError(fault)
}

function unknown(username: string): CommandError {
  return new CommandError(`there is no user ${username}`)
}

function taken(username: string): CommandError {
  return new CommandError(`there is a user ${username} already`)
}

type Chooser = Pick<AddedUser, 'username' | 'email'>

async function hashed(config: Config, password: string, chooser: Chooser): Promise<string> {
  const fault = await passwordFault(password, config, chooser)
  if (fault) throw new CommandError(`the password ${fault}`)
  const pool = createHashPool({ hashThreads: 1, hashQueue: 0 })
  try {
    return await createPasswords(pool, config).hash(password)
  } finally {
    await pool.close()
  }
}
