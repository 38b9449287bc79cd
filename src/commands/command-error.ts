/** A command failed for a reason that the operator can fix: printed as one line, with exit status 1. */
import { existsSync } from 'node:fs'

export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** For commands that create no database. */
export function requireDatabase(file: string): void {
  if (!existsSync(file)) throw new CommandError(`no database at ${file}: set DATABASE_URL`)
}
