/** Environment → one frozen, validated Config. Only `create-server.ts` reads the environment. */
import { availableParallelism } from 'node:os'
import { InvalidValue } from './invalid-value.ts'
import type { Database } from './setting-values.ts'
import { type Setting, settings } from './settings.ts'

export type { Database }

type SettingRows = typeof settings

/** The parsed settings, by the keys of their rows. */
type ParsedSettings = {
  readonly [Name in keyof SettingRows as SettingRows[Name]['key']]:
    | ReturnType<SettingRows[Name]['read']>
    | (SettingRows[Name] extends { default: string } ? never : undefined)
}

export interface Config extends ParsedSettings {
  readonly hashThreads: number
  readonly hashQueue: number
}

export type Environment = Readonly<Record<string, string | undefined>>

/** An invalid setting. The message names the setting and does not repeat its value, which may be a secret. */
export class InvalidSetting extends Error {
  override readonly name = 'InvalidSetting'
}

export function readConfig(environment: Environment): Config {
  const parsed = parseSettings(environment)
  const { hashThreads = Math.ceil(availableParallelism() / parsed.workers) } = parsed
  const { hashQueue = 16 * hashThreads } = parsed
  const config: Config = { ...parsed, hashThreads, hashQueue }
  if (!config.issuer && !isLoopback(config.host)) {
    throw new InvalidSetting(
      `ISSUER must be set if HOST (${config.host}) is not a loopback address`,
    )
  }
  const { database } = config
  if (config.workers > 1 && database.kind === 'sqlite' && database.file === ':memory:') {
    throw new InvalidSetting('WORKERS need a shared database: DATABASE_URL is :memory:')
  }
  if (database.kind === 'postgres' && !config.secretKey) {
    throw new InvalidSetting(
      'SECRET_KEY must be set for PostgreSQL: openssl rand -hex 32 generates one',
    )
  }
  if (config.smtpServer && config.mailDir)
    throw new InvalidSetting('SMTP_URL and MAIL_DIR: set one of them')
  if (config.smtpServer && !config.mailFrom)
    throw new InvalidSetting('MAIL_FROM must be set with SMTP_URL')
  return Object.freeze(config)
}

/** Reads a command-line option like DATABASE_URL. Throws an `InvalidSetting`. */
export function parseDatabase(option: string, text: string): Database {
  try {
    return settings.DATABASE_URL.read(text)
  } catch (error) {
    throw new InvalidSetting(`${option} ${faultOf(error)}`)
  }
}

/** The settings as `--help` prints them, one per line. */
export function settingsHelp(): string {
  const lines = Object.entries<Setting>(settings).map(([name, { help, read, ...setting }]) => {
    const values = [
      `default: ${setting.unset ?? setting.default}`,
      ...('range' in read ? [read.range] : []),
    ]
    return `  ${name.padEnd(28)} ${help} (${values.join('; ')})`
  })
  return ['Settings (environment variables):', ...lines].join('\n')
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** An empty variable counts as unset. */
function parseSettings(environment: Environment): ParsedSettings {
  const faults: string[] = []
  const entries = Object.entries<Setting>(settings).map(([name, setting]) => {
    const text = environment[name] || setting.default
    try {
      return [setting.key, text === undefined ? undefined : setting.read(text)]
    } catch (error) {
      faults.push(`${name} ${faultOf(error)}`)
      return [setting.key, undefined]
    }
  })
  if (faults.length > 0) throw new InvalidSetting(faults.join('; '))
  return Object.fromEntries(entries)
}

function faultOf(error: unknown): string {
  if (error instanceof InvalidValue) return error.message
  throw error
}
