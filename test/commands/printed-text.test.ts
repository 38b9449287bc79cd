/** Stored text cannot control the terminal. */
import { beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { commandDatabase, tessera } from '../harness/command.ts'
import { ask } from '../harness/database.ts'

const hostile = 'a\u001B[2J\u0085\u009B1m\u202Eb\rc\nd'

let settings: Record<string, string>
beforeEach(async () => {
  const database = await commandDatabase()
  settings = { ...database, BCRYPT_COST: '10' }
  await tessera(['user', 'add', 'alice'], { settings, input: 'correct horse battery\n' })
  await ask(readConfig(database).database, `update users set full_name = '${hostile}'`)
})

const shown = async (...args: readonly string[]) =>
  (await tessera(['user', 'show', 'alice', ...args], { settings })).out

describe('tessera user show', () => {
  it('prints no control character and no bidirectional override', async () => {
    const replaced = 'a\uFFFD[2J\uFFFD\uFFFD1m\uFFFDb\uFFFDc'
    expect(await shown()).toContain(`full name  ${replaced}\n`)
  })

  it('escapes them in JSON, without a change of the value', async () => {
    const out = await shown('--json')
    expect(out).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u)
    expect(JSON.parse(out)).toMatchObject({ full_name: hostile })
  })
})
