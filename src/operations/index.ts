/** One handler for every operation of the contract: `ls src/operations` is the API. */
import type { Services } from '../services.ts'
import { readUsersMe } from './account/read-users-me.ts'
import type { Handlers } from './handler.ts'
import { readOwnItems } from './items/read-own-items.ts'
import { readLiveness } from './meta/read-liveness.ts'
import { readReadiness } from './meta/read-readiness.ts'
import { introspectToken } from './tokens/introspect-token.ts'
import { issueToken } from './tokens/issue-token.ts'
import { readJwks } from './tokens/read-jwks.ts'
import { readResourceMetadata } from './tokens/read-resource-metadata.ts'
import { readServerMetadata } from './tokens/read-server-metadata.ts'
import { revokeToken } from './tokens/revoke-token.ts'

export const operations = (services: Services): Handlers => ({
  issueToken: issueToken(services),
  revokeToken: revokeToken(services),
  introspectToken: introspectToken(services),
  readServerMetadata: readServerMetadata(services),
  readResourceMetadata: readResourceMetadata(services),
  readJwks: readJwks(services),
  readUsersMe: readUsersMe(),
  readOwnItems: readOwnItems(services),
  readLiveness: readLiveness(),
  readReadiness: readReadiness(services),
})
