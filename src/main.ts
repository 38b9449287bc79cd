/** Our own server: what `npm run demo` and `npm start` run, by way of `start.js`. */
import { contract } from '../generated/contract.ts'
import manifest from '../package.json' with { type: 'json' }
import { createServer } from './create-server.ts'

export const tessera = createServer({
  name: 'tessera',
  version: manifest.version,
  contract,
  source: new URL('../openapi.yaml', import.meta.url),
  defaultScopes: ['me:*', 'items:*'],
  handlers: () => ({}),
})
