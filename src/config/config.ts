/** Environment → one frozen, validated Config. Read in `main.ts` and nowhere else. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { type Setting, settings } from './settings.ts'

const dayMs = 86_400_000

type Declared = typeof settings
type Settings = {
  readonly [Name in keyof Declared]:
    | z.output<Declared[Name]['schema']>
    | (Declared[Name] extends { default: string } ? never : undefined)
}

/** Where everything is kept. */
export type Database = z.output<Declared['DATABASE_URL']['schema']>

export type Environment = Readonly<Record<string, string | undefined>>

export interface Config {
  readonly port: number
  readonly host: string
  /** Absent: the URL that the server is bound to. */
  readonly issuer: string | undefined
  readonly audience: string | undefined
  readonly database: Database
  /** To a PostgreSQL, from each process. */
  readonly databaseConnections: number
  readonly accessTokenSeconds: number
  readonly refreshIdleMs: number
  readonly refreshMaxMs: number
  readonly refreshGraceMs: number
  readonly signingAlg: Settings['SIGNING_ALG']
  readonly secretKey: string | undefined
  readonly secretKeyPrevious: string | undefined
  readonly pepper: string | undefined
  readonly pepperPrevious: string | undefined
  readonly bcryptCost: number
  /** Processes that serve. */
  readonly workers: number
  /** In each of them. */
  readonly hashThreads: number
  readonly hashQueue: number
  readonly passwordMinLength: number
  readonly registration: Settings['REGISTRATION']
  readonly auditRetentionMs: number
  readonly invalidGrantStatus: 400 | 401
  readonly loginMaxFailures: number
  readonly loginWindowMs: number
  readonly trustProxy: readonly string[]
  readonly corsOrigins: readonly string[]
  readonly drainMs: number
  readonly checkReplies: boolean
  /** Absent: nothing is counted. */
  readonly metricsPort: number | undefined
  readonly logLevel: Settings['LOG_LEVEL']
}

/** A setting that cannot be used. The message names it and never repeats a value: some are secrets. */
export class InvalidSetting extends Error {
  override readonly name = 'InvalidSetting'
}

export function readConfig(environment: Environment): Config {
  const given = parse(environment)
  const hashThreads = given.HASH_THREADS ?? Math.ceil(availableParallelism() / given.WORKERS)
  const config: Config = {
    port: given.PORT,
    host: given.HOST,
    issuer: given.ISSUER,
    audience: given.AUDIENCE,
    database: given.DATABASE_URL,
    databaseConnections: given.DATABASE_CONNECTIONS,
    accessTokenSeconds: given.ACCESS_TOKEN_EXPIRE_MINUTES * 60,
    refreshIdleMs: given.REFRESH_TOKEN_IDLE_DAYS * dayMs,
    refreshMaxMs: given.REFRESH_TOKEN_MAX_DAYS * dayMs,
    refreshGraceMs: given.REFRESH_GRACE_SECONDS * 1000,
    signingAlg: given.SIGNING_ALG,
    secretKey: given.SECRET_KEY,
    secretKeyPrevious: given.SECRET_KEY_PREVIOUS,
    pepper: given.PASSWORD_PEPPER,
    pepperPrevious: given.PASSWORD_PEPPER_PREVIOUS,
    bcryptCost: given.BCRYPT_COST,
    workers: given.WORKERS,
    hashThreads,
    hashQueue: given.HASH_QUEUE ?? 16 * hashThreads,
    passwordMinLength: given.PASSWORD_MIN_LENGTH,
    registration: given.REGISTRATION,
    auditRetentionMs: given.AUDIT_RETENTION_DAYS * dayMs,
    invalidGrantStatus: given.INVALID_GRANT_STATUS === 400 ? 400 : 401,
    loginMaxFailures: given.LOGIN_MAX_FAILURES,
    loginWindowMs: given.LOGIN_FAILURE_WINDOW_SECONDS * 1000,
    trustProxy: given.TRUST_PROXY ?? [],
    corsOrigins: given.CORS_ORIGINS ?? [],
    drainMs: given.DRAIN_SECONDS * 1000,
    checkReplies: given.CHECK_REPLIES,
    metricsPort: given.METRICS_PORT,
    logLevel: given.LOG_LEVEL,
  }
  if (!config.issuer && !isLoopback(config.host)) {
    throw new InvalidSetting(`ISSUER must be set where HOST (${config.host}) is not loopback`)
  }
  const { database } = config
  if (config.workers > 1 && database.kind === 'sqlite' && database.file === ':memory:') {
    throw new InvalidSetting(
      'WORKERS need a database that they can share: DATABASE_URL is :memory:',
    )
  }
  if (database.kind === 'postgres' && !config.secretKey) {
    throw new InvalidSetting(
      'SECRET_KEY must be set where DATABASE_URL is a PostgreSQL: openssl rand -hex 32 makes one',
    )
  }
  return Object.freeze(config)
}

/** What an option of a command names, as DATABASE_URL does. Throws an `InvalidSetting`. */
export function databaseNamed(option: string, text: string): Database {
  const { success, data, error } = settings.DATABASE_URL.schema.safeParse(text)
  if (success) return data
  throw new InvalidSetting(`${option} ${error.issues[0]?.message}`)
}

/** The settings as `--help` prints them, a line each. */
export function settingsHelp(): string {
  const lines = Object.entries<Setting>(settings).map(
    ([name, setting]) =>
      `  ${name.padEnd(28)} ${setting.help} (default: ${setting.default ?? setting.unset})`,
  )
  return ['Settings, from the environment:', ...lines].join('\n')
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** An empty variable counts as unset. */
function parse(environment: Environment): Settings {
  const faults: string[] = []
  const entries = Object.entries<Setting>(settings).map(([name, setting]) => {
    const value = environment[name] || setting.default
    if (value === undefined) return [name, undefined]
    const parsed = z.safeParse(setting.schema, value)
    if (!parsed.success) faults.push(`${name} ${parsed.error.issues[0]?.message}`)
    return [name, parsed.data]
  })
  if (faults.length > 0) throw new InvalidSetting(faults.join('; '))
  return Object.fromEntries(entries)
}
