/** Read-only commands without a database. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'

describe('without a database', () => {
  it.each([
    ['user', 'list'],
    ['user', 'show', 'alice'],
    ['audit', 'tail'],
    ['client', 'list'],
    ['keys', 'list'],
  ])('tessera %s %s says so, and creates none', async (...args) => {
    const file = join(temporaryFolder(), 'test.db')
    expect(await tessera(args, { settings: { DATABASE_URL: file } })).toEqual({
      status: 1,
      out: '',
      err: `tessera: no database at ${file}: set DATABASE_URL\n`,
    })
    expect(existsSync(file)).toBe(false)
  })
})
