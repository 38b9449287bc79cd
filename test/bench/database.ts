/** A database for the bench: the tutorial's users, and more access tokens than a server caches. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addDemoData } from '../../src/commands/demo-data.ts'
import { readConfig } from '../../src/config/config.ts'
import { productOf } from '../../src/create-server.ts'
import { tessera as ownServer } from '../../src/main.ts'
import type { Services } from '../../src/services.ts'
import { startServer } from '../../src/serving/server.ts'
import { bcryptCost, issuer, tessera } from './contenders.ts'
import { login } from './rounds.ts'

export interface BenchDatabase {
  /** The value of DATABASE_URL. */
  readonly file: string
  /** Access tokens of johndoe, all of one session. */
  readonly tokens: readonly string[]
  remove(): void
}

/** The server caches 10,000 verified tokens: with this number in turn, none is in the cache. */
const distinctTokens = 12_000

export async function makeDatabase(): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  const file = join(folder, 'tessera.db')
  const settings = { PORT: '0', DATABASE_URL: file, LOG_LEVEL: 'silent', ISSUER: issuer }
  const config = readConfig({ ...settings, BCRYPT_COST: String(bcryptCost) })
  const server = await startServer({ config, product: productOf(ownServer) })
  await addDemoData(server.services)
  await login(Number(new URL(server.url).port), tessera(file))
  const tokens = await mint(server.services)
  await server.stop()
  return { file, tokens, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

async function mint({ store, accessTokens, now }: Services): Promise<string[]> {
  const user = await store.users.byName('johndoe')
  const [session] = user ? await store.sessions.page(user.userId, now(), undefined, 1) : []
  if (!session) throw new Error('johndoe is not logged in')
  return Promise.all(Array.from({ length: distinctTokens }, () => accessTokens.issue(session)))
}
