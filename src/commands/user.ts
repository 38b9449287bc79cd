/** `tessera user add|disable|password|delete|list`: the accounts, from the command line. */
import { z } from 'zod'
import type { Config } from '../config.ts'
import { createHashPool } from '../security/hash-pool.ts'
import { createPasswords, passwordFault } from '../security/passwords.ts'
import { newId } from '../security/secrets.ts'
import type { Store } from '../store/store.ts'
import { CommandError } from './command-error.ts'
import { declaredScopes } from './declared-scopes.ts'
import { newPassword } from './new-password.ts'
import { withStore } from './with-store.ts'

export interface NewUser {
  readonly username: string
  readonly email?: string | undefined
  readonly fullName?: string | undefined
  /** Absent: every scope that begins with `me:` or `items:`. */
  readonly scopes?: readonly string[] | undefined
}

export function addUser(config: Config, user: NewUser): Promise<void> {
  return withStore(config, async (store) => {
    const { username, email, fullName } = user
    const scopes = chosenScopes(user.scopes)
    checkProfile(user)
    await checkName(store, username)
    const passwordHash = await hashed(config, await newPassword(`Password for ${username}: `))
    const userId = newId('u')
    const row = {
      userId,
      username,
      email,
      fullName,
      passwordHash,
      disabled: false,
      scopes,
      createdAt: Date.now(),
    }
    if (!(await store.users.add(row))) throw taken(username)
    process.stdout.write(`added ${username} (${userId}) with ${scopes.join(' ') || 'no scope'}\n`)
  })
}

/** His tokens stop at once, and his sessions end. */
export function disableUser(config: Config, username: string): Promise<void> {
  return withStore(config, async (store) => {
    if (!(await store.users.disable(username, Date.now()))) throw unknown(username)
    process.stdout.write(`disabled ${username}\n`)
  })
}

/** His sessions end. */
export function changePassword(config: Config, username: string): Promise<void> {
  return withStore(config, async (store) => {
    if (!(await store.users.byName(username))) throw unknown(username)
    const passwordHash = await hashed(config, await newPassword(`New password for ${username}: `))
    await store.users.changePassword(username, passwordHash, Date.now())
    process.stdout.write(`changed the password of ${username}\n`)
  })
}

/** With all that is his. */
export function deleteUser(config: Config, username: string): Promise<void> {
  return withStore(config, async (store) => {
    if (!(await store.users.remove(username))) throw unknown(username)
    process.stdout.write(`deleted ${username}\n`)
  })
}

/** A line each: name, state, id, scopes. With `json`, one JSON document. */
export function listUsers(config: Config, json: boolean): Promise<void> {
  return withStore(config, async (store) => {
    const users = await store.users.list()
    process.stdout.write(
      json ? `${JSON.stringify(users.map(withoutHash), null, 2)}\n` : users.map(lineOf).join(''),
    )
  })
}

type Row = Awaited<ReturnType<Store['users']['list']>>[number]

function withoutHash({ userId, username, email, fullName, disabled, scopes, createdAt }: Row) {
  const created_at = new Date(createdAt).toISOString()
  return { user_id: userId, username, email, full_name: fullName, disabled, scopes, created_at }
}

function lineOf({ username, disabled, userId, scopes }: Row): string {
  return `${username.padEnd(20)} ${disabled ? 'disabled' : 'enabled '}  ${userId}  ${scopes.join(' ')}\n`
}

/** As the contract shows them (`User`): an address that is none would be an answer that it does not declare. */
function checkProfile({ email, fullName }: NewUser): void {
  if (email !== undefined && !z.email().max(254).safeParse(email).success) {
    throw new CommandError(`${email} is no e-mail address`)
  }
  if (fullName !== undefined && !/^[^\p{Cc}]{1,200}$/u.test(fullName)) {
    throw new CommandError('a full name has 1 to 200 characters, none of them control characters')
  }
}

async function checkName(store: Store, username: string): Promise<void> {
  if (!/^[^\p{Cc}]{1,200}$/u.test(username))
    throw new CommandError('a username has 1 to 200 characters, none of them control characters')
  if (await store.users.byName(username)) throw taken(username)
}

function unknown(username: string): CommandError {
  return new CommandError(`there is no user ${username}`)
}

function taken(username: string): CommandError {
  return new CommandError(`there is a user ${username} already`)
}

function chosenScopes(asked: readonly string[] | undefined): readonly string[] {
  const declared = declaredScopes()
  if (asked === undefined) return declared.filter((scope) => /^(me|items):/.test(scope))
  const unknown = asked.filter((scope) => !declared.includes(scope))
  if (unknown.length > 0)
    throw new CommandError(`unknown scope ${unknown.join(' ')}; there are ${declared.join(' ')}`)
  return asked
}

async function hashed(config: Config, password: string): Promise<string> {
  const fault = passwordFault(password, config)
  if (fault) throw new CommandError(fault)
  const pool = createHashPool({ hashThreads: 1, hashQueue: 0 })
  try {
    return await createPasswords(pool, config).hash(password)
  } finally {
    await pool.close()
  }
}
