/** Finds and changes accounts for a command, which is named as the source in the audit trail. */
import { type AuditKind, commandEvent } from '../audit/audit.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import { CommandError } from './command-error.ts'

export async function findUser({ users }: Store, username: string): Promise<UserRow> {
  const user = await users.byName(username)
  if (!user) throw unknownUser(username)
  return user
}

/** Whether the text has the form of a user id. A username may have it too: the id takes precedence. */
export function isUserId(text: string): boolean {
  return /^u_[\w-]{22}$/.test(text)
}

/** All accounts, sorted by username. */
export async function* userPages({ users }: Store, size: number): AsyncGenerator<UserRow[]> {
  let after: string | undefined
  for (;;) {
    const page = await users.page(after, size)
    if (page.length > 0) yield page
    if (page.length < size) return
    after = page.at(-1)?.username
  }
}

type Edit = Parameters<Store['users']['change']>[2]

export async function changeUser(store: Store, username: string, edit: Edit): Promise<UserRow> {
  const { userId } = await findUser(store, username)
  const user = await store.users.change(userId, Date.now(), edit)
  if (!user) throw unknownUser(username)
  return user
}

export function eventOf(kind: AuditKind, { userId }: UserRow, detail?: string) {
  return commandEvent(kind, { userId, detail })
}

export function unknownUser(username: string): CommandError {
  return new CommandError(`unknown user ${username}`)
}
