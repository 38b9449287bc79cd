import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { testServer } from '../harness/test-server.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = temporaryFolder()
  file = join(folder, 'test.db')
})

/** Starts a server on the file of this test, and stops it. */
async function serve(settings: Record<string, string> = {}): Promise<void> {
  const server = await testServer({ empty: true, settings: { DATABASE_URL: file, ...settings } })
  await server.stop()
}

describe('the file of a command', () => {
  it('is readable by its owner only', async () => {
    await tessera(['user', 'add', 'johndoe'], {
      settings: { DATABASE_URL: file, BCRYPT_COST: '10' },
      input: 'correct horse battery\n',
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})

describe('the files of a server', () => {
  it('are readable by their owner only, while it runs', async () => {
    const server = await testServer({ settings: { DATABASE_URL: file } })
    await server.token()
    const modes = readdirSync(folder).map((name) => {
      const { mode } = statSync(join(folder, name))
      return [name, (mode & 0o777).toString(8)]
    })
    await server.stop()
    expect(Object.fromEntries(modes)).toEqual({
      'test.db': '600',
      'test.db-shm': '600',
      'test.db-wal': '600',
      'test.db.secret': '600',
    })
  })

  it('contain a secret of 32 random bytes, generated once, without SECRET_KEY', async () => {
    await serve()
    const secret = readFileSync(`${file}.secret`, 'utf8')
    expect(secret).toMatch(/^[0-9a-f]{64}\n$/)
    await serve()
    expect(readFileSync(`${file}.secret`, 'utf8')).toBe(secret)
  })

  it('contain no secret with SECRET_KEY', async () => {
    await serve({ SECRET_KEY: 'k'.repeat(32) })
    expect(readdirSync(folder)).toEqual(['test.db'])
  })
})
