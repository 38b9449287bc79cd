/** `tessera migrate --from …`: copies a database into an empty one. Tokens and sessions stay valid. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Database, type Environment, parseDatabase } from '../config/config.ts'
import { mayContainPassword } from '../config/postgres-url.ts'
import { unreadableKeys } from '../keys/signing-keys.ts'
import type { Product } from '../services.ts'
import { CopyError } from '../store/copy.ts'
import type { OwnData } from '../store/own-data.ts'
import { commandOptions, copyStore, openStore } from '../store/store.ts'
import { CommandError } from './command-error.ts'
import type { JsonOption } from './options.ts'
import { printResult } from './output.ts'
import { createProgress } from './progress.ts'

/** Databases in the form of DATABASE_URL. Without `to`, the target is that of DATABASE_URL. */
export interface CopyOptions extends JsonOption {
  readonly from: string
  readonly to?: string | undefined
}

/** If SECRET_KEY is set, it should be the secret of the copied signing keys. */
export async function copyDatabase(
  product: Product,
  { DATABASE_URL, SECRET_KEY }: Environment,
  { from, to, json }: CopyOptions,
): Promise<void> {
  refusePassword('--from', from, 'leave it out, and set PGPASSWORD')
  refusePassword('--to', to, 'set DATABASE_URL, and leave out --to')
  const source = parseDatabase('--from', from)
  if (source.kind === 'sqlite' && !existsSync(source.file))
    throw new CommandError(`no database at ${source.file}`)
  const target = to === undefined ? databaseOf(DATABASE_URL) : parseDatabase('--to', to)
  if (isSameFile(source, target))
    throw new CommandError('--from names the database to copy to: set DATABASE_URL to a new one')
  const copied = await copyWithProgress(source, target, product.own)
  if (SECRET_KEY !== undefined && !(await decryptsKeys(SECRET_KEY, target, product.own)))
    process.stderr.write(
      'SECRET_KEY does not decrypt the copied signing keys: new servers need that of the old ones\n',
    )
  const lines = copied.map(
    ({ table, rows, digest }) =>
      `${table.padEnd(20)} ${String(rows).padStart(9)}  sha256 ${digest.slice(0, 16)}…\n`,
  )
  const text = `${lines.join('')}row counts and checksums match\n${secretHint(source)}\n`
  await printResult(json, copied, text)
}

/** Every user of the machine can read the arguments of its processes. */
function refusePassword(option: string, url: string | undefined, advice: string): void {
  if (mayContainPassword(url ?? ''))
    throw new CommandError(
      `${option} contains a password, which the list of processes shows to every user of this machine: ${advice}`,
    )
}

function databaseOf(url: string | undefined): Database {
  if (url) return parseDatabase('DATABASE_URL', url)
  throw new CommandError('set DATABASE_URL to the database to copy to')
}

function isSameFile(one: Database, other: Database): boolean {
  if (one.kind === 'postgres' || other.kind === 'postgres') return false
  return resolve(one.file) === resolve(other.file)
}

async function copyWithProgress(source: Database, target: Database, own: OwnData) {
  const progress = createProgress((rows) => `${rows} rows`)
  try {
    return await copyStore(source, target, own, progress.show)
  } catch (error) {
    throw error instanceof CopyError ? new CommandError(`copied nothing: ${error.message}`) : error
  } finally {
    progress.end()
  }
}

async function decryptsKeys(secret: string, target: Database, own: OwnData): Promise<boolean> {
  const store = openStore(target, commandOptions, own)
  try {
    const keys = await store.signingKeys.list()
    return (await unreadableKeys(keys, { secret, now: Date.now })).length === 0
  } finally {
    await store.close()
  }
}

/** SECRET_KEY encrypts the signing keys, which were copied. */
function secretHint(source: Database): string {
  const file = source.kind === 'sqlite' ? `${source.file}.secret` : ''
  return existsSync(file)
    ? `start the new servers with the SECRET_KEY in ${file}`
    : 'start the new servers with the SECRET_KEY of the old ones'
}
