/** `tessera dev`: a project is served while it is written. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { jsonOf } from '../harness/call.ts'
import { listening, temporaryFolder, tessera } from '../harness/command.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { type LinkedProject, linkedProject } from '../harness/linked-project.ts'

const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))

interface Development {
  readonly url: string
  /** All that it has printed. */
  printed(): string
  /** Sends a signal to all of its processes, as a terminal does, and resolves when none is left. */
  end(signal: NodeJS.Signals): Promise<void>
}

async function develop({ folder }: LinkedProject): Promise<Development> {
  const port = await freePort()
  const env = { PATH: process.env.PATH, PORT: String(port) }
  const child = spawn(process.execPath, [start, 'dev'], { cwd: folder, env, detached: true })
  let printed = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (text) => {
      printed += text
    })
  onTestFinished(() => void kill(child, 'SIGKILL'))
  return {
    url: `http://127.0.0.1:${port}`,
    printed: () => printed,
    end: async (signal) => {
      kill(child, signal)
      await once(child, 'close')
      await expect.poll(() => kill(child, 0)).toBe(false)
    },
  }
}

/** Whether there was a process in the group. */
function kill({ pid = 0 }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

describe('tessera dev', () => {
  it('serves a project, its changed code and its changed contract, keeps its data, and ends with all of its processes [N20]', async () => {
    using project = linkedProject()
    const { url, printed, end } = await develop(project)
    await expect
      .poll(printed)
      .toContain(`curl ${url}/token -d username=johndoe -d password=secret123`)
    const login = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
    const { access_token } = await jsonOf<{ access_token: string }>(
      fetch(`${url}/token`, { method: 'POST', body: login }),
    )
    const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }
    const created = fetch(`${url}/notes`, { method: 'POST', headers, body: '{"text":"milk"}' })
    expect((await created).status).toBe(201)
    const notes = () => jsonOf(fetch(`${url}/statistics`)).catch(() => undefined)
    expect(await notes()).toEqual({ notes: 1 })

    const statistics = 'src/operations/read-statistics.ts'
    project.edit(statistics, 'body: { notes }', 'body: { notes: notes + 41 }')
    await expect.poll(notes).toEqual({ notes: 42 })

    project.edit(statistics, 'notes + 41', 'notes + ')
    await expect.poll(printed).toContain('SyntaxError')
    project.edit(statistics, 'notes + ', 'notes + 40')
    await expect.poll(notes).toEqual({ notes: 41 })

    project.edit('openapi.yaml', 'operationId: readStatistics', 'operationId: listNotes')
    await expect.poll(printed).toMatch(/openapi\.yaml:\d+:\d+.*listNotes/)
    project.edit(
      'openapi.yaml',
      'operationId: listNotes\n      summary: Count',
      'operationId: countNotes\n      summary: Count',
    )
    await expect.poll(printed).toContain('the operation countNotes has no handler')
    project.edit(
      'src/operations/index.ts',
      'readStatistics: readStatistics',
      'countNotes: readStatistics',
    )
    await expect.poll(notes).toEqual({ notes: 41 })

    await end('SIGINT')
    expect(printed()).not.toMatch(/orphan|EADDRINUSE/)
    const again = await develop(project)
    await expect.poll(again.printed).toContain('listening on')
    expect(await jsonOf(fetch(`${again.url}/statistics`))).toEqual({ notes: 41 })
    await again.end('SIGTERM')
    // Nine starts, on a machine that may be busy.
  }, 300_000)

  it('ends a server that no longer reacts, at a change of the code and after a signal [N20]', async () => {
    using project = linkedProject()
    const { printed, end } = await develop(project)
    await expect.poll(printed).toContain('listening on')
    const main = project.read('src/main.ts')
    const stuck = (text: string) =>
      `process.on('SIGTERM', () => {})\nconsole.log('${text}')\nfor (;;) {}\n`
    project.write('src/main.ts', stuck('is stuck'))
    await expect.poll(printed).toContain('is stuck')
    project.write('src/main.ts', main)
    await expect.poll(() => printed().match(/listening on/g), { timeout: 60_000 }).toHaveLength(2)
    project.write('src/main.ts', stuck('stuck again'))
    await expect.poll(printed).toContain('stuck again')
    await end('SIGTERM')
  }, 300_000)

  it('says where it must be started [N20]', async () => {
    const folder = temporaryFolder()
    const child = spawn(process.execPath, [start, 'dev'], { cwd: folder })
    let err = ''
    child.stderr.on('data', (text) => {
      err += text
    })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(err).toBe('tessera: no openapi.yaml here: change to the folder of a project\n')
  })
})

describe('tessera demo --keep', () => {
  it('keeps its data, and adds the users once [N20]', async () => {
    const file = join(temporaryFolder(), 'kept.db')
    const settings = { PORT: '0', DATABASE_URL: file }
    for (const _ of [1, 2]) {
      const demo = await listening(['demo', '--keep', file], { settings })
      expect(await demo.end('SIGTERM')).toBe(0)
      expect(demo.out()).toContain(`The data is in ${file}: `)
    }
    const { out } = await tessera(['user', 'list', '--json'], { settings })
    expect(JSON.parse(out)).toHaveLength(3)
  })
})
