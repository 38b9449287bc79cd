import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { testServer } from '../harness/test-server.ts'

let file: string
let settings: Record<string, string>
beforeEach(() => {
  file = join(temporaryFolder(), 'tessera.db')
  settings = { DATABASE_URL: file, BCRYPT_COST: '10' }
})

const compact = (...more: string[]) => tessera(['compact', ...more], { settings })
const inUse = (name: string) => ({
  status: 1,
  out: '',
  err: `tessera: cannot compact ${name}: it is in use by another process: stop its servers first\n`,
})

/** A database that is mostly the space of deleted rows. */
async function shrinkableDatabase(): Promise<void> {
  await tessera(['user', 'add', 'johndoe'], { settings, input: 'correct horse battery\n' })
  const database = new DatabaseSync(file)
  database.exec(`
    insert into revoked_tokens (jti, expires_at)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
      select hex(randomblob(30)), 0 from n;
    delete from revoked_tokens`)
  database.close()
}

describe('tessera compact', () => {
  it('shrinks the file, keeps every row, and leaves it readable by its owner only', async () => {
    await shrinkableDatabase()
    const before = statSync(file).size
    const { status, out, err } = await compact()
    const { size, mode } = statSync(file)
    expect({ status, out, err }).toEqual({
      status: 0,
      out: `compacted ${file} from ${before} to ${size} bytes\n`,
      err: '',
    })
    expect(size).toBeLessThan(before / 4)
    expect(mode & 0o777).toBe(0o600)
    expect(existsSync(`${file}-wal`)).toBe(false)
    const database = new DatabaseSync(file, { readOnly: true })
    expect(database.prepare('select username from users').all()).toEqual([{ username: 'johndoe' }])
    expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    database.close()
  })

  it('prints the sizes with --json', async () => {
    await shrinkableDatabase()
    const before = statSync(file).size
    expect(JSON.parse((await compact('--json')).out)).toEqual({
      file,
      bytes_before: before,
      bytes: statSync(file).size,
    })
  })

  it('changes nothing while a server uses the file, which goes on, and succeeds after it', async () => {
    await shrinkableDatabase()
    const before = statSync(file).size
    const server = await testServer({ settings, empty: true })
    expect(await compact()).toEqual(inUse(file))
    expect(statSync(file).size).toBe(before)
    const form = { username: 'johndoe', password: 'correct horse battery' }
    expect((await server.login(form)).status).toBe(200)
    await server.stop()
    expect(await compact()).toMatchObject({ status: 0, err: '' })
  })

  it('changes nothing while another process writes', async () => {
    await shrinkableDatabase()
    const writer = new DatabaseSync(file)
    writer.exec('begin immediate')
    expect(await compact()).toEqual(inUse(file))
    writer.exec('rollback')
    writer.close()
  })

  it('rejects PostgreSQL and names vacuum full', async () => {
    const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/none'
    settings = { DATABASE_URL, SECRET_KEY: 'a secret of the tests, thirty-two bytes and more' }
    expect(await compact()).toEqual({
      status: 1,
      out: '',
      err: 'tessera: cannot compact PostgreSQL: it reuses the space of deleted rows itself; to shrink its files, stop the servers and run vacuum full\n',
    })
  })

  it('creates no database, and does not change a file that is not a database', async () => {
    expect((await compact()).err).toBe(`tessera: no database at ${file}: set DATABASE_URL\n`)
    expect(existsSync(file)).toBe(false)
    writeFileSync(file, 'not a database')
    expect(await compact()).toMatchObject({
      status: 1,
      err: `tessera: the database ${file} cannot be opened: not a SQLite database\n`,
    })
  })
})
