/** Environment → one frozen, validated Config. Only `main.ts` reads the environment. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { type Setting, settings } from './settings.ts'

type Rows = typeof settings

/** What the settings say, under the keys of their rows. */
type Given = {
  readonly [Name in keyof Rows as Rows[Name]['key']]:
    | z.output<Rows[Name]['schema']>
    | (Rows[Name] extends { default: string } ? never : undefined)
}

export interface Config extends Given {
  readonly hashThreads: number
  readonly hashQueue: number
}

/** Where all data is stored. */
export type Database = Config['database']

export type Environment = Readonly<Record<string, string | undefined>>

/** A setting that cannot be used. The message names it and never repeats a value: some are secrets. */
export class InvalidSetting extends Error {
  override readonly name = 'InvalidSetting'
}

export function readConfig(environment: Environment): Config {
  const given = parse(environment)
  const { hashThreads = Math.ceil(availableParallelism() / given.workers) } = given
  const { hashQueue = 16 * hashThreads } = given
  const config: Config = { ...given, hashThreads, hashQueue }
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

/** The database that an option of a command names, as DATABASE_URL does. Throws an `InvalidSetting`. */
export function databaseNamed(option: string, text: string): Database {
  const { success, data, error } = settings.DATABASE_URL.schema.safeParse(text)
  if (success) return data
  throw new InvalidSetting(`${option} ${error.issues[0]?.message}`)
}

/** The settings as `--help` prints them, one per line. */
export function settingsHelp(): string {
  const lines = Object.entries<Setting>(settings).map(
    ([name, setting]) =>
      `  ${name.padEnd(28)} ${setting.help} (default: ${setting.unset ?? setting.default})`,
  )
  return ['Settings, from the environment:', ...lines].join('\n')
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** An empty variable counts as unset. */
function parse(environment: Environment): Given {
  const faults: string[] = []
  const entries = Object.entries<Setting>(settings).map(([name, setting]) => {
    const value = environment[name] || setting.default
    if (value === undefined) return [setting.key, undefined]
    const parsed = z.safeParse(setting.schema, value)
    if (!parsed.success) faults.push(`${name} ${parsed.error.issues[0]?.message}`)
    return [setting.key, parsed.data]
  })
  if (faults.length > 0) throw new InvalidSetting(faults.join('; '))
  return Object.fromEntries(entries)
}
