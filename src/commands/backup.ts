/** `tessera backup FILE`: a consistent copy of the SQLite database, while it is in use. */
import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { backUpSqlite } from '../store/backup.ts'
import { CommandError, requireDatabase } from './command-error.ts'
import { printResult } from './output.ts'

export async function backup({ database }: Config, file: string, json: boolean): Promise<void> {
  if (database.kind === 'postgres') throw new CommandError('cannot back up PostgreSQL: use pg_dump')
  const databaseFile = database.file
  requireDatabase(databaseFile)
  // SQLite would not create a file of this name.
  if (file === '' || file === ':memory:' || file.startsWith('file:'))
    throw new CommandError("the backup must be a file path: not '', :memory: or a file: URL")
  if (existsSync(file)) throw new CommandError(`${file} already exists`)
  // SQLite copies in one step, without progress.
  if (process.stderr.isTTY) process.stderr.write('copying …\r')
  const bytes = backUpTo(file, databaseFile)
  const secret = `${databaseFile}.secret`
  const advice = `the backup does not contain the secret: keep a copy of ${secret} in a different place\n`
  const text = `backed up ${databaseFile} to ${file} (${bytes} bytes)\n`
  await printResult(json, { file, bytes }, existsSync(secret) ? text + advice : text)
}

function backUpTo(file: string, databaseFile: string): number {
  try {
    return backUpSqlite(databaseFile, file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(`cannot back up ${databaseFile} to ${file}: ${reason}`)
  }
}
