/** `pg`, loaded when it is first needed: a server on SQLite needs none. */
import { createRequire } from 'node:module'
import type * as pgPackage from 'pg'

const load = createRequire(import.meta.url)
let loaded: typeof pgPackage | undefined

export function pg(): typeof pgPackage {
  const known: typeof pgPackage = loaded ?? load('pg')
  loaded = known
  return known
}
