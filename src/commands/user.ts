/** `tessera user add|list|show|disable|enable|scopes|password|delete`: the accounts, from the command line. */
import { isDeepStrictEqual } from 'node:util'
import { changesBetween } from '../accounts/account-changes.ts'
import { usualScopes } from '../accounts/registration.ts'
import { type AuditKind, auditEvent } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { newId } from '../keys/secrets.ts'
import { userBody } from '../operations/account/user-body.ts'
import { createHashPool } from '../passwords/hash-pool.ts'
import { passwordFault } from '../passwords/password-policy.ts'
import { createPasswords } from '../passwords/passwords.ts'
import { LastAdministrator } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import { accountRules, isUserId } from './account-rules.ts'
import { CommandError } from './command-error.ts'
import { newPassword } from './new-password.ts'
import { print, printJson, printJsonList } from './output.ts'
import { withStore, withStoreThatIs } from './with-store.ts'

export interface NewUser {
  readonly username: string
  readonly email: string | undefined
  readonly fullName: string | undefined
  /** Absent: every scope that begins with `me:` or `items:`. */
  readonly scopes: readonly string[] | undefined
}

export interface ScopeChanges {
  /** Absent: those that he has. */
  readonly scopes: readonly string[] | undefined
  readonly add: readonly string[] | undefined
  readonly remove: readonly string[] | undefined
}

const rowsAtOnce = 500

export function addUser(config: Config, user: NewUser, json: boolean): Promise<void> {
  return withStore(config, async (store) => {
    const rules = accountRules()
    const { username, email, fullName, scopes = usualScopes(rules.scopes) } = user
    refuse(rules.profileFault(user) ?? rules.scopeFault(scopes))
    if (await store.users.byName(username)) throw taken(username)
    const password = await newPassword(`Password for ${username}: `)
    const row = {
      userId: newId('u'),
      username,
      email,
      fullName,
      passwordHash: await hashed(config, password, user),
      disabled: false,
      scopes: [...new Set(scopes)],
      createdAt: Date.now(),
      version: 1,
    }
    if (!(await store.users.add(row, eventOf('user_added', row)))) throw taken(username)
    if (json) return await printJson(userBody(row))
    await print(`added ${username} (${row.userId}) with ${textOf(row.scopes)}\n`)
  })
}

/** A line each: name, state, id, scopes. With `json`, one JSON document. */
export function listUsers(config: Config, json: boolean): Promise<void> {
  return withStoreThatIs(config, async (store) => {
    if (json) return await printJsonList(pages(store), userBody)
    let isEmpty = true
    for await (const users of pages(store)) {
      isEmpty = false
      await print(users.map(lineOf).join(''))
    }
    if (isEmpty) process.stderr.write(nobodyYet())
  })
}

/** Whom a name or an id belongs to. What looks like an id is one: nobody passes for another by his name. */
export function showUser(config: Config, nameOrId: string, json: boolean): Promise<void> {
  return withStoreThatIs(config, async (store) => {
    const byId = isUserId(nameOrId) ? await store.users.byId(nameOrId) : undefined
    const user = byId ?? (await found(store, nameOrId))
    await (json ? printJson(userBody(user)) : print(sheetOf(user)))
  })
}

/** Disabled, his tokens stop at once, and his sessions end. */
export function setDisabled(
  config: Config,
  username: string,
  disabled: boolean,
  json: boolean,
): Promise<void> {
  return withStore(config, async (store) => {
    const kind = disabled ? 'user_disabled' : 'user_enabled'
    const user = await changed(store, username, (current) =>
      current.disabled === disabled
        ? undefined
        : { user: { ...current, disabled }, event: eventOf(kind, current) },
    )
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
    const user = await changed(store, username, (current) => {
      const wanted = new Set([...(scopes ?? current.scopes), ...add])
      for (const scope of remove) wanted.delete(scope)
      const user = { ...current, scopes: [...wanted] }
      if (isDeepStrictEqual(user, current)) return undefined
      return { user, event: eventOf('user_updated', current, changesBetween(current, user)) }
    })
    if (json) return await printJson(userBody(user))
    await print(`${username} has ${textOf(user.scopes)}\n`)
  })
}

/** His sessions end. */
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

/** With all that is his. */
export function deleteUser(config: Config, username: string, json: boolean): Promise<void> {
  return withStore(config, async (store) => {
    const user = await found(store, username)
    const isDeleted = await administered(() =>
      store.users.remove(user.userId, (current) => eventOf('user_deleted', current)),
    )
    if (!isDeleted) throw unknown(username)
    if (json) return await printJson(userBody(user))
    await print(`deleted ${username}\n`)
  })
}

function nobodyYet(): string {
  const scopes = accountRules().scopes.join(' ')
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
  const user = await administered(() => store.users.change(userId, Date.now(), edit))
  if (!user) throw unknown(username)
  return user
}

async function administered<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change()
  } catch (error) {
    if (!(error instanceof LastAdministrator)) throw error
    throw new CommandError('the last administrator must stay', { cause: error })
  }
}

function eventOf(kind: AuditKind, { userId }: UserRow, detail?: string) {
  return auditEvent('command_line', kind, { userId, detail }, Date.now())
}

function lineOf({ username, disabled, userId, scopes }: UserRow): string {
  return `${username.padEnd(20)} ${disabled ? 'disabled' : 'enabled '}  ${userId}  ${scopes.join(' ')}\n`
}

function sheetOf({ userId, username, email, fullName, disabled, scopes, createdAt }: UserRow) {
  return [
    `username   ${username}`,
    `user id    ${userId}`,
    `email      ${email ?? 'none'}`,
    `full name  ${fullName ?? 'none'}`,
    `state      ${disabled ? 'disabled' : 'enabled'}`,
    `scopes     ${scopes.join(' ') || 'none'}`,
    `created    ${new Date(createdAt).toISOString()}\n`,
  ].join('\n')
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

type Chooser = Pick<NewUser, 'username' | 'email'>

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
