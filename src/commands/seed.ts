/** `tessera seed`: adds the accounts and the client of the demo to an empty database, for development. */
import { scopesIn } from '../accounts/contract-scopes.ts'
import { auditEvent } from '../audit/audit.ts'
import { createHashPool } from '../passwords/hash-pool.ts'
import { createPasswords } from '../passwords/passwords.ts'
import { CommandError } from './command-error.ts'
import { addDemoData, demoClient, demoUsers } from './demo-data.ts'
import { print, printJson } from './output.ts'
import { type Setup, withStore } from './with-store.ts'

export function seed(setup: Setup, json: boolean): Promise<void> {
  return withStore(setup, async (store) => {
    const { config, product } = setup
    const [account] = await store.users.page(undefined, 1)
    if (account)
      throw new CommandError('the database has accounts: only an empty one can be seeded')
    const pool = createHashPool({ ...config, hashThreads: 1, hashQueue: 0 })
    try {
      const passwords = createPasswords(pool, config)
      await addDemoData({ store, passwords, now: Date.now, ...scopesIn(product) }, (kind, about) =>
        auditEvent('command_line', kind, about, Date.now()),
      )
    } finally {
      await pool.close()
    }
    const users = demoUsers.map(({ username, password }) => ({ username, password }))
    if (json) return await printJson({ users, client: demoClient })
    await print(users.map(({ username, password }) => `added ${username}/${password}\n`).join(''))
    await print(`added the client ${demoClient.clientId}/${demoClient.secret}\n`)
    process.stderr.write('these passwords are public: for development only\n')
  })
}
