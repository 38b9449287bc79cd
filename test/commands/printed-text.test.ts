/** Whatever is stored, a terminal is not told what to do by it. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'

const hostile = 'a\u001B[2J\u0085\u009B1m\u202Eb\rc\nd'

let settings: Record<string, string>
beforeEach(async () => {
  const file = join(temporaryFolder(), 'test.db')
  settings = { DATABASE_URL: file, BCRYPT_COST: '10' }
  await tessera(['user', 'add', 'alice'], { settings, input: 'correct horse battery\n' })
  const database = new DatabaseSync(file)
  database.prepare('update users set full_name = ?').run(hostile)
  database.close()
})

const shown = async (...args: readonly string[]) =>
  (await tessera(['user', 'show', 'alice', ...args], { settings })).out

describe('tessera user show', () => {
  it('prints no control character and no override of a direction', async () => {
    const replaced = 'a\uFFFD[2J\uFFFD\uFFFD1m\uFFFDb\uFFFDc'
    expect(await shown()).toContain(`full name  ${replaced}\n`)
  })

  it('prints them escaped as JSON, which says the same', async () => {
    const out = await shown('--json')
    expect(out).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u)
    expect(JSON.parse(out)).toMatchObject({ full_name: hostile })
  })
})
