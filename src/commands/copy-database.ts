/** `tessera migrate --from … --to …`: copies a database into an empty one. Tokens and sessions stay valid. */
import { existsSync } from 'node:fs'
import { type Database, parseDatabase } from '../config/config.ts'
import { CopyError } from '../store/copy.ts'
import { copyStore } from '../store/store.ts'
import { CommandError } from './command-error.ts'
import { print, printJson } from './output.ts'
import { createProgress } from './progress.ts'

/** Both in the form of DATABASE_URL. */
export interface CopyOptions {
  readonly from: string
  readonly to: string
}

export async function copyDatabase({ from, to }: CopyOptions, json: boolean): Promise<void> {
  const source = parseDatabase('--from', from)
  if (source.kind === 'sqlite' && !existsSync(source.file))
    throw new CommandError(`no database at ${source.file}`)
  const copied = await copyWithProgress(source, parseDatabase('--to', to))
  if (json) return await printJson(copied)
  const lines = copied.map(
    ({ table, rows, digest }) =>
      `${table.padEnd(20)} ${String(rows).padStart(9)}  sha256 ${digest.slice(0, 16)}…\n`,
  )
  await print(lines.join(''))
  await print(`row counts and checksums match\n${secretHint(source)}\n`)
}

async function copyWithProgress(source: Database, target: Database) {
  const progress = createProgress((rows) => `${rows} rows`)
  try {
    return await copyStore(source, target, progress.show)
  } catch (error) {
    throw error instanceof CopyError ? new CommandError(`copied nothing: ${error.message}`) : error
  } finally {
    progress.end()
  }
}

/** SECRET_KEY encrypts the signing keys, which were copied. */
function secretHint(source: Database): string {
  const file = source.kind === 'sqlite' ? `${source.file}.secret` : ''
  return existsSync(file)
    ? `start the new servers with the SECRET_KEY in ${file}`
    : 'start the new servers with the SECRET_KEY of the old ones'
}
