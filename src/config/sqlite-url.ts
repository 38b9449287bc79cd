/** SQLite databases as DATABASE_URL names them: a path, or a URL with the slashes of SQLAlchemy. */

export interface SqliteDatabase {
  readonly kind: 'sqlite'
  readonly file: string
}

/** The path that follows each number of slashes after `sqlite:`. Other numbers are ambiguous. */
const prefixes: Readonly<Record<number, string>> = { 0: '', 1: '/', 3: '', 4: '/' }

/** Returns what is wrong with the URL as a string. */
export function sqliteDatabase(text: string): SqliteDatabase | string {
  // SQLite would parse it as a URI; the rest of this program would use it as a file name.
  if (/^(sqlite:)?file:/i.test(text)) return 'must be a path, not a file: URL'
  const [, slashes, path = ''] = /^sqlite:(\/*)(.*)$/i.exec(text) ?? []
  if (slashes === undefined) {
    const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(text)
    return isUrl ? 'must be a file path or a postgres:// URL' : { kind: 'sqlite', file: text }
  }
  const prefix = prefixes[slashes.length]
  if (prefix === undefined || path === '')
    return 'must have three slashes before a relative path and four before an absolute one: sqlite:///tessera.db, sqlite:////var/lib/tessera.db'
  if (path.includes('?')) return 'must have no query after a SQLite file'
  return { kind: 'sqlite', file: `${prefix}${path}` }
}
