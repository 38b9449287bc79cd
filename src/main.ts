/** Our own server: what `npm run demo` and `npm start` run, by way of `start.js`, and the command of the package. */
import { contract } from '../generated/contract.ts'
import { createServer } from './create-server.ts'
import { version } from './version.ts'

export const tessera = createServer({
  name: 'tessera',
  version,
  contract,
  source: new URL('../openapi.yaml', import.meta.url),
  defaultScopes: ['me:*', 'items:*'],
  handlers: () => ({}),
})
