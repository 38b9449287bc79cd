/** SQLite databases as DATABASE_URL names them: a path, or a URL with the slashes of SQLAlchemy. */
import { InvalidValue, requireValue } from './invalid-value.ts'

export interface SqliteDatabase {
  readonly kind: 'sqlite'
  readonly file: string
}

/** The path that follows each number of slashes after `sqlite:`. Other numbers are ambiguous. */
const prefixes: Readonly<Record<number, string>> = { 0: '', 1: '/', 3: '', 4: '/' }

export function sqliteDatabase(text: string): SqliteDatabase {
  // SQLite would parse it as a URI; the rest of this program would use it as a file name.
  requireValue(!/^(sqlite:)?file:/i.test(text), 'must be a path, not a file: URL')
  const [, slashes, path = ''] = /^sqlite:(\/*)(.*)$/i.exec(text) ?? []
  if (slashes === undefined) {
    const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(text)
    requireValue(!isUrl, 'must be a file path or a postgres:// URL')
    return { kind: 'sqlite', file: text }
  }
  const prefix = prefixes[slashes.length]
  if (prefix === undefined || path === '')
    throw new InvalidValue(
      'must have three slashes before a relative path and four before an absolute one: sqlite:///tessera.db, sqlite:////var/lib/tessera.db',
    )
  requireValue(!path.includes('?'), 'must have no query after a SQLite file')
  return { kind: 'sqlite', file: `${prefix}${path}` }
}
