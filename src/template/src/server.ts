/** The server: its contract, its handlers and its tables. */
import { createServer } from '@tessera-oauth/server'
import { contract } from '../generated/contract.ts'
import manifest from '../package.json' with { type: 'json' }
import { migrations } from './migrations/index.ts'
import { operations } from './operations/index.ts'

export const server = createServer({
  name: 'my-product',
  version: manifest.version,
  description: 'Keeps notes.',
  contract,
  // Of a new account. An administrator can grant others.
  defaultScopes: ['notes:*', 'me:*'],
  migrations,
  handlers: operations,
})
