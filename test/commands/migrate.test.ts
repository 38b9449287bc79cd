import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'

let file: string
beforeEach(() => {
  file = join(temporaryFolder(), 'test.db')
})

describe('tessera migrate', () => {
  it('applies pending migrations once', async () => {
    const settings = { DATABASE_URL: file }
    expect((await tessera(['migrate'], { settings })).out).toMatch(/^applied 0001-users\n/)
    expect((await tessera(['migrate'], { settings })).out).toBe('nothing to apply\n')
  })

  it('names the applied migrations', async () => {
    const { out } = await tessera(['migrate'], { settings: { DATABASE_URL: file } })
    const database = new DatabaseSync(file)
    const applied = database.prepare('select name from kysely_migration order by name').all()
    database.close()
    expect(out).toBe(applied.map(({ name }) => `applied ${name}\n`).join(''))
  })

  it('rejects the database of a newer version with one line', async () => {
    await tessera(['migrate'], { settings: { DATABASE_URL: file } })
    const database = new DatabaseSync(file)
    database.exec("insert into kysely_migration values ('9999-tomorrow', '2999-01-01')")
    database.close()
    for (const command of ['migrate', 'serve']) {
      const refused = await tessera([command], { settings: { DATABASE_URL: file, PORT: '0' } })
      expect(refused).toEqual({
        status: 1,
        out: '',
        err: 'tessera: the database was migrated by a newer version (9999-tomorrow): install that version, or restore the backup\n',
      })
    }
  })

  it('fails if a migration fails', async () => {
    const database = new DatabaseSync(file)
    database.exec('create table items (theirs text)')
    database.close()
    const failed = await tessera(['migrate'], { settings: { DATABASE_URL: file } })
    expect(failed).toMatchObject({ status: 1, out: '', err: expect.stringMatching(/items/) })
  })
})
