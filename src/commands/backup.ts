/** `tessera backup FILE`: the SQLite database as it is at this moment, while it is in use. */
import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { backUpSqlite } from '../store/backup.ts'
import { CommandError } from './command-error.ts'
import { print, printJson } from './output.ts'

export async function backup({ database }: Config, file: string, json: boolean): Promise<void> {
  if (database.kind === 'postgres')
    throw new CommandError('a PostgreSQL is backed up by its own pg_dump')
  const databaseFile = database.file
  if (!existsSync(databaseFile))
    throw new CommandError(`there is no database ${databaseFile}; DATABASE_URL names another`)
  // SQLite would make something else of these.
  if (file === '' || file === ':memory:' || file.startsWith('file:'))
    throw new CommandError("a backup is a plain file: not '', :memory: or a file: URL")
  if (existsSync(file)) throw new CommandError(`${file} is there already`)
  // In one piece, and so without a count.
  if (process.stderr.isTTY) process.stderr.write('copying …\r')
  const bytes = backUpTo(file, databaseFile)
  if (json) return await printJson({ file, bytes })
  await print(`backed up ${databaseFile} to ${file} (${bytes} bytes)\n`)
  const secret = `${databaseFile}.secret`
  if (existsSync(secret)) await print(`its secret is not in it: keep ${secret} in another place\n`)
}

function backUpTo(file: string, databaseFile: string): number {
  try {
    return backUpSqlite(databaseFile, file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(`${file} cannot be written: ${reason}`)
  }
}
