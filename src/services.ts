/** Everything that a request may need, made once and handed in as one plain object. */
import { existsSync } from 'node:fs'
import { type Audit, createAudit } from './audit/audit.ts'
import { type Config, type Database, InvalidSetting } from './config/config.ts'
import { type Contract, readContract, scopesOf } from './contract/contract.ts'
import { deriveKey, newSecret, readOrCreateSecret } from './keys/secrets.ts'
import {
  isRetired,
  openSigningKeys,
  type SigningKeyOptions,
  type SigningKeys,
} from './keys/signing-keys.ts'
import { type AccessTokens, createAccessTokens } from './oauth/access-tokens.ts'
import { createHashPool, type HashPool } from './passwords/hash-pool.ts'
import { createPasswordCheck, type PasswordCheck } from './passwords/password-check.ts'
import { createPasswords, type Passwords } from './passwords/passwords.ts'
import { requireSynchronizedClocks } from './store/clock.ts'
import { openStore, type Store } from './store/store.ts'
import { createLog, type Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { createLoginBudgets } from './throttling/login-budgets.ts'

export interface Services {
  readonly config: Config
  readonly log: Log
  readonly store: Store
  readonly hashPool: HashPool
  readonly passwords: Passwords
  readonly signingKeys: SigningKeys
  readonly accessTokens: AccessTokens
  readonly checkPassword: PasswordCheck
  readonly audit: Audit
  /** Derives refresh tokens. */
  readonly refreshKey: Uint8Array
  /** That of the SECRET_KEY before. */
  readonly previousRefreshKey: Uint8Array | undefined
  /** Makes keys of what is counted. */
  readonly attemptsKey: Uint8Array
  /** Signs cursors. */
  readonly cursorKey: Uint8Array
  /** The server's public URL, whom its tokens are for, and where the metadata of this API is. */
  readonly issuer: string
  readonly audience: string
  readonly resourceMetadata: string
  readonly contract: Contract
  /** The scopes that the contract declares. */
  readonly scopes: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** False from the moment that the server shuts down. */
  readonly accepting: () => boolean
  /** Absent where nothing is counted. */
  readonly metrics: Metrics | undefined
}

type SqliteDatabase = Extract<Database, { kind: 'sqlite' }>

export interface ServicesOptions {
  readonly config: Config
  readonly issuer: string
  readonly log?: Log
  readonly now?: () => number
  readonly accepting?: () => boolean
  readonly metrics?: Metrics | undefined
}

/** Opens the store with its migrations applied, the keys, and the hashing threads. Where it throws, nothing is left open. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { database, databaseConnections: maxConnections } = options.config
  const store = openStore(database, { maxConnections, requestTimeouts: true })
  try {
    return await servicesOn(store, options)
  } catch (error) {
    // A pool keeps the process alive for as long as its connections may be idle.
    await store.close()
    throw error
  }
}

async function servicesOn(
  store: Store,
  { config, issuer, ...given }: ServicesOptions,
): Promise<Services> {
  const { now = Date.now, accepting = () => true, log = createLog(config), metrics } = given
  const contract = readContract()
  await store.migrate((forWhat) => log.warn(forWhat))
  await requireSynchronizedClocks(store, now)
  await requireMatchingSecret(config, store, now)
  const secret = secretOf(config)
  const signingKeys = await openSigningKeys(
    store.signingKeys,
    signingKeyOptions(config, secret, now),
  )
  const hashPool = createHashPool(config, metrics)
  const passwords = createPasswords(hashPool, config)
  const audience = config.audience ?? issuer
  const resourceMetadata = `${issuer.replace(/\/$/, '')}/.well-known/oauth-protected-resource`
  const accessTokens = createAccessTokens({
    issuer,
    audience,
    lifetimeSeconds: config.accessTokenSeconds,
    keys: signingKeys,
    resourceMetadata,
    now,
  })
  const audit = createAudit(store.auditEvents, now)
  const attemptsKey = deriveKey(secret, 'count login failures')
  const loginBudgets = createLoginBudgets({
    attempts: store.attempts,
    audit,
    config,
    key: attemptsKey,
    now,
    metrics,
  })
  return {
    config,
    log,
    store,
    hashPool,
    passwords,
    checkPassword: createPasswordCheck({ hashPool, passwords, loginBudgets }),
    signingKeys,
    accessTokens,
    audit,
    attemptsKey,
    cursorKey: deriveKey(secret, 'sign cursors'),
    refreshKey: deriveKey(secret, 'derive refresh tokens'),
    previousRefreshKey: config.secretKeyPrevious
      ? deriveKey(config.secretKeyPrevious, 'derive refresh tokens')
      : undefined,
    issuer,
    audience,
    resourceMetadata,
    contract,
    scopes: scopesOf(contract.document, 'OAuth2'),
    now,
    accepting,
    metrics,
  }
}

export function signingKeyOptions(
  config: Config,
  secret: string,
  now: () => number,
): SigningKeyOptions {
  const { signingAlg: alg, secretKeyPrevious: previousSecret, accessTokenSeconds } = config
  return { alg, secret, previousSecret, accessTokenSeconds, now }
}

/** Whether there is a secret already, so that none would be made. */
export function hasSecret({ secretKey, database }: Config): boolean {
  return secretKey !== undefined || (database.kind === 'sqlite' && existsSync(secretFile(database)))
}

/** Throws where a new secret would be made beside keys that it cannot open: a backup has been restored without its own. */
async function requireMatchingSecret(
  config: Config,
  store: Store,
  now: () => number,
): Promise<void> {
  // Read before the secret is looked for: of servers that start at once on a new database, each makes that one first.
  const keys = await store.signingKeys.list()
  if (hasSecret(config) || keys.every((key) => isRetired(key, now()))) return
  throw new InvalidSetting(
    'the secret that the signing keys were encrypted with is not here: put the .secret file back beside the database, or set SECRET_KEY; where it is lost, tessera keys retire --all',
  )
}

const secretFile = ({ file }: SqliteDatabase) => `${file}.secret`

/** The SECRET_KEY, or the one kept beside the database. A PostgreSQL has no place for one. */
export function secretOf({ secretKey, database }: Config): string {
  if (secretKey) return secretKey
  if (database.kind === 'postgres') throw new InvalidSetting('SECRET_KEY must be set')
  return database.file === ':memory:' ? newSecret() : readOrCreateSecret(secretFile(database))
}

export async function closeServices({ hashPool, store }: Services): Promise<void> {
  await hashPool.close()
  await store.close()
}
