/** An import beside a running server: slow input does not block the server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'

const hash = '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'
const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))

let settings: Record<string, string>
beforeEach(() => {
  settings = { DATABASE_URL: join(temporaryFolder(), 'test.db'), BCRYPT_COST: '12' }
})

const line = (username: string) => `${JSON.stringify({ username, password_hash: hash })}\n`

/** `tessera user import -` after a thousand bad lines and `good` among them, waiting for more. */
async function waitingImport(...options: readonly string[]) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [start, 'user', 'import', '-', ...options], {
    env: { PATH, ...settings },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.stdin.write(`${line('good')}${'{\n'.repeat(1500)}`)
  await expect.poll(() => err, { timeout: 20_000 }).toMatch(/line 1000: /)
  return {
    async end(rest = '') {
      child.stdin.end(rest)
      const [status] = await once(child, 'close')
      return { status, last: err.trimEnd().split('\n').slice(-2) }
    },
  }
}

function isLocked(): boolean {
  const database = new DatabaseSync(settings.DATABASE_URL ?? '', { timeout: 0 })
  try {
    database.exec('begin immediate; rollback')
    return false
  } catch {
    return true
  } finally {
    database.close()
  }
}

describe('tessera user import', () => {
  it('holds no lock while it waits for input [J4]', async () => {
    const waiting = await waitingImport('--skip-bad')
    expect(isLocked()).toBe(false)
    expect(await waiting.end(line('last'))).toMatchObject({ status: 0 })
    expect((await tessera(['user', 'list'], { settings })).out).toMatch(/^good .*\nlast .*\n$/)
  })

  it('names the line of a username that is taken during the import', async () => {
    const waiting = await waitingImport()
    const added = await tessera(['user', 'add', 'GOOD'], {
      settings,
      input: 'correct horse battery\n',
    })
    expect(added).toMatchObject({ status: 0 })
    expect(await waiting.end()).toEqual({
      status: 1,
      last: [
        'line 1: the username is taken, in the database or earlier in the file',
        'tessera: imported nothing: 1501 bad lines',
      ],
    })
  })
})
