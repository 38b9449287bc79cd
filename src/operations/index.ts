/** One handler for every operation of the contract: `ls src/operations` is the API. */
import type { Services } from '../services.ts'
import { readUsersMe } from './account/read-users-me.ts'
import type { Handlers } from './handler.ts'
import { readOwnItems } from './items/read-own-items.ts'
import { readLiveness } from './meta/read-liveness.ts'
import { readReadiness } from './meta/read-readiness.ts'
import { issueToken } from './tokens/issue-token.ts'
import { readJwks } from './tokens/read-jwks.ts'

export const operations = (services: Services): Handlers => ({
  issueToken: issueToken(services),
  readJwks: readJwks(services),
  readUsersMe: readUsersMe(),
  readOwnItems: readOwnItems(services),
  readLiveness: readLiveness(),
  readReadiness: readReadiness(services),
})
