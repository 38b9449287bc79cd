/** `tessera compact`: shrinks the SQLite database while no server uses it. */
import { type Config, InvalidSetting } from '../config/config.ts'
import { compactSqlite } from '../store/compact.ts'
import { CommandError, requireDatabase } from './command-error.ts'
import { printResult } from './output.ts'

export async function compact({ database }: Config, json: boolean): Promise<void> {
  if (database.kind === 'postgres')
    throw new CommandError(
      'cannot compact PostgreSQL: it reuses the space of deleted rows itself; to shrink its files, stop the servers and run vacuum full',
    )
  const { file } = database
  requireDatabase(file)
  // SQLite compacts in one step, without progress.
  if (process.stderr.isTTY) process.stderr.write('compacting …\r')
  const { bytesBefore, bytesAfter } = compactFile(file)
  const text = `compacted ${file} from ${bytesBefore} to ${bytesAfter} bytes\n`
  await printResult(json, { file, bytes_before: bytesBefore, bytes: bytesAfter }, text)
}

function compactFile(file: string) {
  const fault = (reason: string) => new CommandError(`cannot compact ${file}: ${reason}`)
  try {
    const compacted = compactSqlite(file)
    if (compacted) return compacted
  } catch (error) {
    if (error instanceof InvalidSetting) throw error
    throw fault(error instanceof Error ? error.message : String(error))
  }
  throw fault('it is in use by another process: stop its servers first')
}
