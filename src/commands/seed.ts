/** `tessera seed`: adds the accounts and the client of the demo to an empty database, for development. */
import { scopesIn } from '../accounts/contract-scopes.ts'
import { commandEvent } from '../audit/audit.ts'
import { CommandError } from './command-error.ts'
import { addDemoData, demoClient, demoUsers } from './demo-data.ts'
import { withPasswords } from './new-password.ts'
import { printResult } from './output.ts'
import { type Setup, withStore } from './with-store.ts'

export function seed(setup: Setup, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    const { config, product } = setup
    const [account] = await store.users.page(undefined, 1)
    if (account)
      throw new CommandError('the database has accounts: only an empty one can be seeded')
    await withPasswords(config, (passwords) =>
      addDemoData({ store, passwords, now: Date.now, ...scopesIn(product) }, commandEvent),
    )
    const users = demoUsers.map(({ username, password }) => ({ username, password }))
    const lines = [
      ...users.map(({ username, password }) => `added ${username}/${password}\n`),
      `added the client ${demoClient.clientId}/${demoClient.secret}\n`,
    ]
    await printResult(json, { users, client: demoClient }, lines.join(''))
    if (!json) process.stderr.write('these passwords are public: for development only\n')
  })
}
