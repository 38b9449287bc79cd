/** The messages that are written with an audit event: one for own code that listens, and one for a mail that tells the account about it. */
import type { Kysely } from 'kysely'
import type { AuditEventRow } from './audit-events.ts'
import { mailMessage } from './mail-message.ts'
import type { Mail } from './mails.ts'
import type { OutboxTable, Schema } from './schema.ts'
import type { UserRow } from './user-row.ts'
import type { UserChange } from './users.ts'

type Topic = OutboxTable['topic']

/** The databases, by their adapters, which all transactions of one share, whose events someone listens to. */
const listenedTo: { readonly [Each in Topic]: WeakSet<object> } = {
  audit: new WeakSet(),
  mail: new WeakSet(),
}

const adapterOf = (db: Kysely<Schema>) => db.getExecutor().adapter

/** From here on audit events of this database that this process writes are messages too: each of them, or those worth a mail. */
export function listen(db: Kysely<Schema>, topic: Topic): void {
  listenedTo[topic].add(adapterOf(db))
}

function isListenedTo(db: Kysely<Schema>, topic: Topic): boolean {
  return listenedTo[topic].has(adapterOf(db))
}

export function messagesOf(db: Kysely<Schema>, events: readonly AuditEventRow[]): OutboxTable[] {
  const told = isListenedTo(db, 'mail') ? events.filter(mayBeTold) : []
  return [
    ...(isListenedTo(db, 'audit') ? events.map(messageOf) : []),
    ...told.map((event) => mailMessage({ kind: 'notice', event }, event.createdAt)),
  ]
}

function messageOf(event: AuditEventRow): OutboxTable {
  return {
    message_id: event.eventId,
    topic: 'audit',
    body: JSON.stringify(event),
    attempts: 0,
    due_at: event.createdAt,
    created_at: event.createdAt,
  }
}

/** Without a read: the sender finds out whether there is something to tell. A session that begins with a new password is no sign-in. */
function mayBeTold({ kind, userId, detail }: AuditEventRow): boolean {
  if (userId === undefined) return false
  if (kind === 'login') return detail === undefined
  return kind === 'password_changed' || kind === 'refresh_reused'
}

/** Tells a verified address that it is no longer that of the account, unless it gets a proof with which to come back. */
export function addressNotices(
  db: Kysely<Schema>,
  { email: to, emailVerified }: UserRow,
  after: UserRow,
  { event, newProofs = [] }: Pick<UserChange, 'event' | 'newProofs'>,
): Mail[] {
  const hasWayBack = newProofs.some(({ kind }) => kind === 'email_restoration')
  if (to === undefined || !emailVerified || after.email === to || hasWayBack) return []
  return isListenedTo(db, 'mail') ? [{ kind: 'notice', event, to }] : []
}
