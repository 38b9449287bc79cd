import { join } from 'node:path'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { describe, expect, it } from 'vitest'
import { sqliteTypes } from '../../src/store/migrations/column-types.ts'
import { migrationsWith } from '../../src/store/migrations/list.ts'
import type { Schema } from '../../src/store/schema.ts'
import { openSqlite, sqliteDialect } from '../../src/store/sqlite.ts'
import { openStore } from '../../src/store/store.ts'
import { usernameKey } from '../../src/store/user-row.ts'
import { temporaryFolder } from '../harness/command.ts'

describe('usernameKey', () => {
  it('is the same for a character in upper case, in lower case and in every normal form', () => {
    const different: string[] = []
    for (let point = 0; point <= 0x10ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue
      const character = String.fromCodePoint(point)
      const key = usernameKey(character)
      const forms = [character.toUpperCase(), character.toLowerCase(), key]
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) forms.push(character.normalize(form))
      if (forms.some((each) => usernameKey(each) !== key)) different.push(point.toString(16))
    }
    expect(different).toEqual([])
  })

  it.each([
    ['STRAẞE', 'strasse'],
    ['Straße', 'STRASSE'],
    ['ｊｏｈｎｄｏｅ', 'JohnDoe'],
    ['ΟΔΟΣ', 'οδοσ'],
  ])('is the same for %s and %s', (one, other) => {
    expect(usernameKey(one)).toBe(usernameKey(other))
  })
})

describe('the migration of the keys', () => {
  it('folds ß, and keeps the old key of an account whose new key is taken', async () => {
    const file = join(temporaryFolder(), 'test.db')
    const database = openSqlite(file)
    const db = new Kysely<Schema>({ dialect: sqliteDialect(database) })
    const provider = { getMigrations: () => migrationsWith(sqliteTypes) }
    await new Migrator({ db, provider }).migrateTo('0009-indexes-of-lists')
    const add = database.prepare(`insert into users
      (user_id, username, username_key, password_hash, disabled, scopes, created_at)
      values (?, ?, ?, 'none', 0, '', ?)`)
    add.run('u_1', 'STRAẞE', 'straße', 1)
    add.run('u_2', 'GROẞ', 'groß', 2)
    add.run('u_3', 'gross', 'gross', 3)
    await openStore({ kind: 'sqlite', file }).migrate()
    const keys = database.prepare('select username_key from users order by user_id').all()
    database.close()
    expect(keys.map(({ username_key }) => username_key)).toEqual(['strasse', 'groß', 'gross'])
  })
})
