/** Every change of the schema since the first, in order. A migration that has been released is never edited. */
import type { Migration } from 'kysely/migration'
import { users } from './0001-users.ts'
import { sessions } from './0002-sessions.ts'
import { items } from './0003-items.ts'
import { signingKeys } from './0004-signing-keys.ts'
import { clients } from './0005-clients.ts'
import { attempts } from './0006-attempts.ts'
import { accounts } from './0007-accounts.ts'
import { auditEvents } from './0008-audit-events.ts'
import { indexesOfLists } from './0009-indexes-of-lists.ts'
import { findingAccounts } from './0010-finding-accounts.ts'
import { lockOfSigningKeys } from './0011-lock-of-signing-keys.ts'
import { undecidedAttempts } from './0012-undecided-attempts.ts'
import { countedAttempts } from './0013-counted-attempts.ts'
import type { ColumnTypes, MigrationOf } from './column-types.ts'

const migrations: Readonly<Record<string, MigrationOf>> = {
  '0001-users': users,
  '0002-sessions': sessions,
  '0003-items': items,
  '0004-signing-keys': signingKeys,
  '0005-clients': clients,
  '0006-attempts': attempts,
  '0007-accounts': accounts,
  '0008-audit-events': auditEvents,
  '0009-indexes-of-lists': indexesOfLists,
  '0010-finding-accounts': findingAccounts,
  '0011-lock-of-signing-keys': lockOfSigningKeys,
  '0012-undecided-attempts': undecidedAttempts,
  '0013-counted-attempts': countedAttempts,
}

export function migrationsWith(types: ColumnTypes): Record<string, Migration> {
  const made = Object.entries(migrations).map(([name, migration]) => [name, migration(types)])
  return Object.fromEntries(made)
}
