/** A password typed at a pseudo-terminal, which Python provides. */
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { typing } from '../harness/typing.ts'

let settings: Record<string, string>
beforeEach(() => {
  settings = { DATABASE_URL: join(temporaryFolder(), 'test.db'), BCRYPT_COST: '10' }
})

const typed = (inputs: readonly string[]) =>
  typing(['user', 'add', 'alice'], /Password for alice: |Repeat the password: /g, inputs, settings)

const password = 'correct horse battery'

describe('a new password at a terminal', () => {
  it('is typed twice and never shown', async () => {
    const { status, shown } = await typed([`${password}\r`, `${password}\r`])
    expect(status).toBe(0)
    expect(shown).toMatch(/Password for alice: \s+Repeat the password: \s+added alice/)
    expect(shown).not.toContain('horse')
  })

  it('is rejected if the two differ', async () => {
    const { status, shown } = await typed([`${password}\r`, `${password}!\r`])
    expect(shown).toMatch(/tessera: the passwords do not match/)
    expect(status).toBe(1)
    expect((await tessera(['user', 'list'], { settings })).out).toBe('')
  })

  it.each(['\u0003', '\u0004'])('is canceled by %j', async (key) => {
    const { status, shown } = await typed([key])
    expect(shown).toMatch(/tessera: canceled/)
    expect(status).toBe(1)
  })
})

describe('a new password in a pipe', () => {
  it('is the first line, including spaces', async () => {
    const input = `  ${password}\nnot this one, though it is long\n`
    expect((await tessera(['user', 'add', 'alice'], { settings, input })).status).toBe(0)
    const spaces = `${' '.repeat(4)}vq7-tzkw-m4xh${' '.repeat(3)}\n`
    expect((await tessera(['user', 'add', 'bob'], { settings, input: spaces })).status).toBe(0)
  })
})
