/** Everything that a request may need, created once and passed as one plain object. */
import { existsSync } from 'node:fs'
import type { Contract, Mapping, SecurityCheck } from '#contract'
import type { AuditEvent } from '../generated/api.ts'
import type { AccountServices } from './accounts/account-services.ts'
import { scopesIn } from './accounts/contract-scopes.ts'
import { createAudit } from './audit/audit.ts'
import { type Config, type Database, InvalidSetting } from './config/config.ts'
import { basePathOf, metadataUrl } from './config/public-url.ts'
import { deriveKey, newSecret, type Purpose, readOrCreateSecret } from './keys/secrets.ts'
import { isRetired, openSigningKeys, type SigningKeyOptions } from './keys/signing-keys.ts'
import { sendsMail } from './mail/require-mail.ts'
import { type MailTexts, requireLanguageTags } from './mail/texts/mail-texts.ts'
import { createAccessTokens } from './oauth/access-tokens.ts'
import { createHashPool, type HashPool } from './passwords/hash-pool.ts'
import { createPasswordCheck } from './passwords/password-check.ts'
import { createPasswords } from './passwords/passwords.ts'
import { requireSynchronizedClocks } from './store/clock.ts'
import type { OwnData } from './store/own-data.ts'
import type { UnixMs } from './store/schema.ts'
import { openStore, type Store } from './store/store.ts'
import { createLog, type Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { createAccountWrites } from './throttling/account-writes.ts'
import { createLoginBudgets } from './throttling/login-budgets.ts'

/** What a server is made of, besides its settings: our own server, or one that is built on it. */
export interface Product {
  /** The name of its command. */
  readonly name: string
  readonly version: string
  /** One sentence, for `--help`. */
  readonly description: string
  readonly contract: Contract
  /** The contract as it is written, for `/openapi.yaml`. Without it, JSON is served there: every JSON text is YAML. */
  readonly source: URL | undefined
  /** Scopes of a new account unless others are given: names, or patterns such as `me:*`. */
  readonly defaultScopes: readonly string[]
  /** By operationId. An operation of `generated/` that has none here gets its built-in handler. */
  readonly handlers: (services: Services) => Readonly<Record<string, unknown>>
  /** Called with each event of the audit trail. If it rejects, it is called again later. */
  readonly onEvent: ((event: AuditEvent, services: Services) => Promise<void>) | undefined
  /** Texts of mails that replace ours, or are in other languages. */
  readonly mailTexts: MailTexts
  /** The checks of its own security schemes, by name. */
  readonly security: (services: Services) => OwnChecks
  /** What the errors that its handlers throw mean, by operationId. */
  readonly refusals: Readonly<Record<string, readonly Mapping<never>[]>>
  /** Its tables. */
  readonly own: Omit<OwnData, 'onAccountDeleted'>
  /** What is called when an account is deleted, with the clock and the log of a server or a command. */
  readonly onAccountDeleted: (
    services: Pick<Services, 'now' | 'log'>,
  ) => OwnData['onAccountDeleted']
}

export type OwnChecks = Readonly<Record<string, SecurityCheck<unknown, never>>>

/** Also what the operations on accounts need, and with it what mails, tokens and sessions need. */
export interface Services extends AccountServices {
  readonly product: Product
  readonly hashPool: HashPool
  /** Signs cursors. */
  readonly cursorKey: Uint8Array
  /** The server's public URL. */
  readonly issuer: string
  /** The path of the issuer, before every path of a response. Empty if it has none. */
  readonly basePath: string
  /** The `aud` of access tokens. */
  readonly audience: string
  /** False once the server is shutting down. */
  readonly isAccepting: () => boolean
}

type SqliteDatabase = Extract<Database, { kind: 'sqlite' }>

export interface ServicesOptions {
  readonly config: Config
  readonly product: Product
  readonly issuer: string
  readonly log?: Log
  readonly now?: () => UnixMs
  readonly isAccepting?: () => boolean
  readonly metrics?: Metrics | undefined
}

/** Opens the store, applies its migrations, and opens the keys and the hashing threads. Leaves nothing open if it throws. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { config, product, now = Date.now, log = createLog(config) } = options
  const limits = { maxConnections: config.databaseConnections, requestTimeouts: true }
  const onAccountDeleted = product.onAccountDeleted({ now, log })
  const own = { ...product.own, onAccountDeleted }
  const store = openStore(config.database, limits, own, sendsMail(config))
  try {
    return await servicesOn(store, { ...options, now, log })
  } catch (error) {
    // Idle connections in a pool would keep the process alive.
    await store.close()
    throw error
  }
}

async function servicesOn(
  store: Store,
  {
    config,
    product,
    issuer,
    now,
    log,
    metrics,
    isAccepting = () => true,
  }: ServicesOptions & Pick<Services, 'now' | 'log'>,
): Promise<Services> {
  const { scopes, defaultScopes } = scopesIn(product)
  requireLanguageTags(product.mailTexts)
  await store.migrate((message) => log.warn(message))
  await requireSynchronizedClocks(store, now)
  await requireMatchingSecret(config, product, store, now)
  const secret = secretOf(config)
  const signingKeys = await openSigningKeys(
    store.signingKeys,
    signingKeyOptions(config, secret, now),
  )
  const hashPool = createHashPool(config, metrics)
  const passwords = createPasswords(hashPool, config)
  const audience = config.audience ?? issuer
  const resourceMetadata = metadataUrl(issuer, '/.well-known/oauth-protected-resource')
  const accessTokens = createAccessTokens({
    issuer,
    audience,
    lifetimeSeconds: config.accessTokenSeconds,
    keys: signingKeys,
    resourceMetadata,
    now,
  })
  const audit = createAudit(store.auditEvents, now)
  // Also for counts of mails, resets, codes and networks: with a different purpose, all counts would begin again.
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
    product,
    config,
    log,
    store,
    hashPool,
    passwords,
    checkPassword: createPasswordCheck(hashPool, passwords, loginBudgets),
    signingKeys,
    accessTokens,
    audit,
    accountWrites: createAccountWrites({ config, now, metrics }),
    attemptsKey,
    cursorKey: deriveKey(secret, 'sign cursors'),
    refreshKey: deriveKey(secret, 'derive refresh tokens'),
    previousRefreshKey: previousKey(config, 'derive refresh tokens'),
    proofKey: deriveKey(secret, 'derive mailed proofs'),
    previousProofKey: previousKey(config, 'derive mailed proofs'),
    issuer,
    basePath: basePathOf(issuer),
    audience,
    resourceMetadata,
    contract: product.contract,
    scopes,
    defaultScopes,
    now,
    isAccepting,
    metrics,
  }
}

function previousKey({ secretKeyPrevious }: Config, purpose: Purpose): Uint8Array | undefined {
  return secretKeyPrevious ? deriveKey(secretKeyPrevious, purpose) : undefined
}

export function signingKeyOptions(
  config: Config,
  secret: string,
  now: () => UnixMs,
): SigningKeyOptions {
  const { signingAlg: alg, secretKeyPrevious: previousSecret, accessTokenSeconds } = config
  return { alg, secret, previousSecret, accessTokenSeconds, now }
}

/** Whether SECRET_KEY is set or the secret file exists. */
export function hasSecret({ secretKey, database }: Config): boolean {
  return secretKey !== undefined || (database.kind === 'sqlite' && existsSync(secretFile(database)))
}

/** Throws rather than generate a secret for keys that it cannot decrypt: a backup was restored without its secret file. */
async function requireMatchingSecret(
  config: Config,
  { name }: Product,
  store: Store,
  now: () => UnixMs,
): Promise<void> {
  // Keys first, then the secret: servers that start at once on a new database each create the secret before any key.
  const keys = await store.signingKeys.list()
  if (hasSecret(config) || keys.every((key) => isRetired(key, now()))) return
  throw new InvalidSetting(
    `the secret of the signing keys is missing: restore the .secret file beside the database, or set SECRET_KEY; if the secret is lost, run ${name} keys retire --all`,
  )
}

const secretFile = ({ file }: SqliteDatabase) => `${file}.secret`

/** SECRET_KEY, or the secret in the file beside the SQLite database. PostgreSQL requires SECRET_KEY. */
export function secretOf({ secretKey, database }: Config): string {
  if (secretKey) return secretKey
  if (database.kind === 'postgres') throw new InvalidSetting('SECRET_KEY must be set')
  return database.file === ':memory:' ? newSecret() : readOrCreateSecret(secretFile(database))
}

export async function closeServices({ hashPool, audit, log, store }: Services): Promise<void> {
  await hashPool.close()
  await audit.flush().catch((error) => log.error({ err: error }, 'audit events are lost'))
  await store.close()
}
