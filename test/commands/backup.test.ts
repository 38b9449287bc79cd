import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { spawnTessera, temporaryFolder, tessera } from '../harness/command.ts'

let folder: string
let settings: Record<string, string>
beforeEach(() => {
  folder = temporaryFolder()
  settings = { DATABASE_URL: join(folder, 'tessera.db'), BCRYPT_COST: '10', PORT: '0' }
})

const password = 'correct horse battery'
const addUser = (name: string) =>
  tessera(['user', 'add', name], { settings, input: `${password}\n` })

describe('tessera backup', () => {
  it('copies the database to a file that only its owner can read, and names the secret that it does not contain', async () => {
    await addUser('johndoe')
    await tessera(['keys', 'rotate'], { settings })
    const file = join(folder, 'copy.db')
    const { out, err, status } = await tessera(['backup', file], { settings })
    expect({ err, status }).toEqual({ err: '', status: 0 })
    const { size, mode } = statSync(file)
    expect(out).toBe(
      `backed up ${settings.DATABASE_URL} to ${file} (${size} bytes)\n` +
        `the backup does not contain the secret: keep a copy of ${settings.DATABASE_URL}.secret in a different place\n`,
    )
    expect(mode & 0o777).toBe(0o600)
    const copy = new DatabaseSync(file, { readOnly: true })
    expect(copy.prepare('select username from users').all()).toEqual([{ username: 'johndoe' }])
    expect(copy.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    copy.close()
  })

  it('contains all committed data, and no uncommitted data, during a write', async () => {
    await addUser('johndoe')
    const writer = new DatabaseSync(settings.DATABASE_URL ?? '')
    writer.exec("begin immediate; update users set username = 'half-done'")
    const file = join(folder, 'copy.db')
    expect((await tessera(['backup', file], { settings })).status).toBe(0)
    writer.exec('rollback')
    writer.close()
    const copy = new DatabaseSync(file, { readOnly: true })
    expect(copy.prepare('select username from users').all()).toEqual([{ username: 'johndoe' }])
    copy.close()
  })

  it('prints the file and its size with --json', async () => {
    await addUser('johndoe')
    const file = join(folder, 'copy.db')
    const { out } = await tessera(['backup', file, '--json'], { settings })
    expect(JSON.parse(out)).toEqual({ file, bytes: statSync(file).size })
  })

  it('overwrites no file', async () => {
    await addUser('johndoe')
    const file = join(folder, 'copy.db')
    writeFileSync(file, 'of somebody')
    const { status, err } = await tessera(['backup', file], { settings })
    expect({ status, err }).toEqual({ status: 1, err: `tessera: ${file} already exists\n` })
    expect(readFileSync(file, 'utf8')).toBe('of somebody')
  })

  it.each([':memory:', '', 'file:copy.db', 'file:copy.db?mode=memory'])(
    'rejects %j, which is not a file path',
    async (file) => {
      await addUser('johndoe')
      const failed = await tessera(['backup', file], { settings })
      expect(failed).toMatchObject({ status: 1, out: '' })
      expect(failed.err).toMatch(/^tessera: the backup must be a file path: .*\n$/)
    },
  )

  it('leaves no partial backup if it is killed', async () => {
    await addUser('johndoe')
    const large = new DatabaseSync(settings.DATABASE_URL ?? '')
    large.exec(`
      create table large (bytes);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
      insert into large select randomblob(100000) from n`)
    large.close()
    const file = join(folder, 'copy.db')
    const running = spawnTessera(['backup', file], { settings })
    const others = () => readdirSync(folder).filter((name) => name.startsWith('copy.db'))
    await expect.poll(others, { interval: 5, timeout: 10_000 }).not.toEqual([])
    const modes = others().map((name) => statSync(join(folder, name)).mode & 0o777)
    expect(new Set(modes)).toEqual(new Set([0o600]))
    running.kill('SIGINT')
    await once(running, 'close')
    expect(existsSync(file)).toBe(false)
    expect((await tessera(['backup', file], { settings })).status).toBe(0)
  })

  it('rejects PostgreSQL and names pg_dump', async () => {
    const SECRET_KEY = 'a secret of the tests, thirty-two bytes and more'
    const DATABASE_URL = 'postgres://nobody:hidden@127.0.0.1:1/none'
    const file = join(folder, 'copy.db')
    const ended = await tessera(['backup', file], { settings: { DATABASE_URL, SECRET_KEY } })
    expect(ended).toMatchObject({
      err: 'tessera: cannot back up PostgreSQL: use pg_dump\n',
      status: 1,
    })
    expect(existsSync(file)).toBe(false)
  })

  it('creates no database, and no backup of a file that is not a database', async () => {
    const file = join(folder, 'copy.db')
    const missing = await tessera(['backup', file], { settings })
    expect(missing.err).toMatch(/^tessera: no database at .*tessera\.db:/)
    writeFileSync(
      settings.DATABASE_URL ?? '',
      'not a database, but a long text of somebody'.repeat(50),
    )
    const failed = await tessera(['backup', file], { settings })
    expect(failed).toMatchObject({ status: 1, out: '' })
    expect(failed.err).toMatch(
      /^tessera: cannot back up .* to .*copy\.db: file is not a database\n$/,
    )
    expect(existsSync(file)).toBe(false)
  })
})
