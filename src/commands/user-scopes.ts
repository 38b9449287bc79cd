/** `tessera user scopes --all`: changes the scopes of all accounts, as after an upgrade that brings a new scope. */

import { accountChange } from '../accounts/account-changes.ts'
import { accountRules } from '../accounts/account-rules.ts'
import { declaredScopes } from '../accounts/contract-scopes.ts'
import type { Store } from '../store/store.ts'
import { administratorScope } from '../store/user-row.ts'
import { eventOf, userPages } from './changed-user.ts'
import { CommandError } from './command-error.ts'
import { printResult } from './output.ts'
import { createProgress } from './progress.ts'
import { type Setup, withExistingStore } from './with-store.ts'

export interface ScopeChanges {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

export function changedScopes(scopes: readonly string[], { add, remove }: ScopeChanges): string[] {
  return [...new Set([...scopes, ...add])].filter((scope) => !remove.includes(scope))
}

/** Accounts of one transaction: other writes wait for about as long as for one login. */
const batchSize = 100

/** One batch after the other: if it is interrupted, it can be repeated. Each changed account gets an audit event. */
export function setAllScopes(
  setup: Setup,
  { add, remove }: ScopeChanges,
  json: boolean,
): Promise<void> {
  return withExistingStore(setup, async (store) => {
    if (add.length + remove.length === 0)
      throw new CommandError('--all needs --add or --remove: it replaces no scopes')
    const { scopeFault } = await accountRules(declaredScopes(setup.product))
    const fault = scopeFault([...add, ...remove])
    if (fault) throw new CommandError(fault)
    if (remove.includes(administratorScope))
      throw new CommandError(
        `--all cannot remove ${administratorScope}: no administrator would remain`,
      )
    const counts = await changeAll(store, (user) =>
      accountChange(user, { scopes: changedScopes(user.scopes, { add, remove }) }, (kind, detail) =>
        eventOf(kind, user, detail),
      ),
    )
    const text = `changed ${counts.changed} of ${counts.accounts} accounts\n`
    await printResult(json, counts, text)
  })
}

async function changeAll(
  store: Store,
  change: Parameters<Store['users']['changeMany']>[2],
): Promise<{ accounts: number; changed: number }> {
  const progress = createProgress((count) => `${count} accounts`)
  let [accounts, changed] = [0, 0]
  try {
    for await (const page of userPages(store, batchSize)) {
      const ids = page.map(({ userId }) => userId)
      changed += await store.users.changeMany(ids, Date.now(), change)
      accounts += page.length
      progress.show(accounts)
    }
    return { accounts, changed }
  } finally {
    progress.end()
  }
}
