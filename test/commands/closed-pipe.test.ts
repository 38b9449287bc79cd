import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))

it.each([['stdout', '--help'] as const, ['stderr', 'no-such-command'] as const])(
  'a command whose %s nobody reads, as of head -1, ends without an error of its own',
  async (stream, argument) => {
    const child = spawn(process.execPath, [start, argument])
    const other = stream === 'stdout' ? child.stderr : child.stdout
    child[stream].destroy()
    let text = ''
    other.on('data', (more) => {
      text += more
    })
    const [status] = await once(child, 'close')
    expect([status, text]).toEqual([stream === 'stdout' ? 0 : 1, ''])
  },
)
