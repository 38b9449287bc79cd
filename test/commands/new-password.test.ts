/** A password typed at a pseudo-terminal, which Python provides. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'

let settings: Record<string, string>
beforeEach(() => {
  settings = { DATABASE_URL: join(temporaryFolder(), 'test.db'), BCRYPT_COST: '10' }
})

const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))
const inTerminal =
  'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'

/** Types the next text at each prompt. Returns what the terminal showed, and the exit status. */
function typing(inputs: readonly string[]): Promise<{ status: number | null; shown: string }> {
  const { PATH = '' } = process.env
  const command = [process.execPath, start, 'user', 'add', 'alice']
  const child = spawn('python3', ['-c', inTerminal, ...command], { env: { PATH, ...settings } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const left = [...inputs]
  let shown = ''
  child.stdout.on('data', (chunk) => {
    shown += chunk
    const prompts = shown.match(/Password for alice: |Repeat the password: /g) ?? []
    if (prompts.length > inputs.length - left.length) child.stdin.write(left.shift() ?? '')
  })
  return new Promise((done) => child.on('close', (status) => done({ status, shown })))
}

const password = 'correct horse battery'

describe('a new password at a terminal', () => {
  it('is typed twice and never shown', async () => {
    const { status, shown } = await typing([`${password}\r`, `${password}\r`])
    expect(status).toBe(0)
    expect(shown).toMatch(/Password for alice: \s+Repeat the password: \s+added alice/)
    expect(shown).not.toContain('horse')
  })

  it('is rejected if the two differ', async () => {
    const { status, shown } = await typing([`${password}\r`, `${password}!\r`])
    expect(shown).toMatch(/tessera: the passwords do not match/)
    expect(status).toBe(1)
    expect((await tessera(['user', 'list'], { settings })).out).toBe('')
  })

  it.each(['\u0003', '\u0004'])('is canceled by %j', async (key) => {
    const { status, shown } = await typing([key])
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
