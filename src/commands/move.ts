/** `tessera migrate --from … --to …`: all that a database holds into another; tokens and sessions go on there. */
import { existsSync } from 'node:fs'
import { type Database, databaseNamed } from '../config/config.ts'
import { CopyError } from '../store/copy.ts'
import { copyStore } from '../store/store.ts'
import { CommandError } from './command-error.ts'
import { print, printJson } from './output.ts'
import { createProgress } from './progress.ts'

/** Both databases, as DATABASE_URL names one. */
export interface Move {
  readonly from: string
  readonly to: string
}

export async function move({ from, to }: Move, json: boolean): Promise<void> {
  const source = databaseNamed('--from', from)
  if (source.kind === 'sqlite' && !existsSync(source.file))
    throw new CommandError(`there is no database ${source.file}`)
  const copied = await copiedFrom(source, databaseNamed('--to', to))
  if (json) return await printJson(copied)
  const lines = copied.map(
    ({ table, rows, digest }) =>
      `${table.padEnd(20)} ${String(rows).padStart(9)}  sha256 ${digest.slice(0, 16)}…\n`,
  )
  await print(lines.join(''))
  await print(`the counts and the checksums are the same in both\n${secretOf(source)}\n`)
}

async function copiedFrom(source: Database, target: Database) {
  const progress = createProgress((rows) => `${rows} rows`)
  try {
    return await copyStore(source, target, progress.show)
  } catch (error) {
    throw error instanceof CopyError ? new CommandError(`copied nothing: ${error.message}`) : error
  } finally {
    progress.end()
  }
}

/** The signing keys are encrypted under it. */
function secretOf(source: Database): string {
  const file = source.kind === 'sqlite' ? `${source.file}.secret` : ''
  return existsSync(file)
    ? `give the servers there the SECRET_KEY that is in ${file}`
    : 'give the servers there the SECRET_KEY of those here'
}
