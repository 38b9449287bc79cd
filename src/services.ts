/** Everything that a request may need, made once and handed in as one plain object. */
import type { Config } from './config.ts'
import { createLog, type Log } from './log.ts'
import { type AccessTokens, createAccessTokens } from './security/access-tokens.ts'
import { createHashPool, type HashPool } from './security/hash-pool.ts'
import { createPasswords, type Passwords } from './security/passwords.ts'
import { keptSecret } from './security/secrets.ts'
import { openSigningKeys, type SigningKeys } from './security/signing-keys.ts'
import { openStore, type Store } from './store/store.ts'

export interface Services {
  readonly config: Config
  readonly log: Log
  readonly store: Store
  readonly hashPool: HashPool
  readonly passwords: Passwords
  readonly signingKeys: SigningKeys
  readonly accessTokens: AccessTokens
  /** The server's public URL. */
  readonly issuer: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** False from the moment that the server shuts down. */
  readonly accepting: () => boolean
}

export interface ServicesOptions {
  readonly config: Config
  readonly issuer: string
  readonly log?: Log
  readonly now?: () => number
  readonly accepting?: () => boolean
}

/** Opens the store with its migrations applied, the keys, and the hashing threads. */
export async function openServices({
  config,
  issuer,
  ...given
}: ServicesOptions): Promise<Services> {
  const { now = Date.now, accepting = () => true, log = createLog(config) } = given
  const store = openStore(config.databaseFile)
  await store.migrate()
  const signingKeys = await openSigningKeys(store.signingKeys, {
    alg: config.signingAlg,
    secret: secretOf(config),
    previousSecret: config.secretKeyPrevious,
    now,
  })
  const hashPool = createHashPool(config)
  const accessTokens = createAccessTokens({
    issuer,
    audience: config.audience ?? issuer,
    lifetimeSeconds: config.accessTokenSeconds,
    keys: signingKeys,
    now,
  })
  const passwords = createPasswords(hashPool, config)
  return {
    config,
    log,
    store,
    hashPool,
    passwords,
    signingKeys,
    accessTokens,
    issuer,
    now,
    accepting,
  }
}

/** The SECRET_KEY, or the one kept beside the database. */
export function secretOf({ secretKey, databaseFile }: Config): string {
  return secretKey ?? keptSecret(`${databaseFile}.secret`)
}

export async function closeServices({ hashPool, store }: Services): Promise<void> {
  await hashPool.close()
  await store.close()
}
