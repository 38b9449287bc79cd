/** A server that is built on ours, as a process: several workers, the demo, and in a program of its own. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { jsonOf } from './harness/call.ts'
import { listening, processesOf, temporaryFolder, tessera } from './harness/command.ts'
import { notesServer } from './harness/notes.ts'

const program = 'test/harness/notes-program.ts'
const urlIn = (out: string) => /listening on (\S+)/.exec(out)?.[1] ?? ''
const motto = (url: string) => jsonOf(fetch(`${url}/motto`))

describe('the program of a server that is built on ours', () => {
  it('serves its contract in several workers, and stops [N2]', async () => {
    const DATABASE_URL = join(temporaryFolder(), 'notes.db')
    const settings = { DATABASE_URL, PORT: '0', WORKERS: '2', LOG_LEVEL: 'silent' }
    const server = await listening(['serve'], { settings, program })
    expect(processesOf(server)).toHaveLength(2)
    expect(await motto(urlIn(server.out()))).toEqual({ text: 'It is true.' })
    expect(await server.end('SIGTERM')).toBe(0)
    const backup = `${DATABASE_URL}.backup`
    const backedUp = await tessera(['backup', backup], {
      settings: { DATABASE_URL },
      cli: notesServer.cli,
    })
    expect(backedUp).toMatchObject({ err: '', status: 0 })
    const copy = new DatabaseSync(backup)
    const tables = copy.prepare("select name from sqlite_master where name like 'app%'").all()
    copy.close()
    expect(tables).toContainEqual({ name: 'app_notes' })
  })

  it('has a demo with its contract and its scopes [N2]', async () => {
    const server = await listening(['demo'], { settings: { PORT: '0' }, program })
    const url = urlIn(server.out())
    const login = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
    const tokens = await jsonOf<{ scope: string }>(
      fetch(`${url}/token`, { method: 'POST', body: login }),
    )
    expect(tokens.scope).toBe('me:read me:write notes:read')
    await server.end('SIGTERM')
  })

  it('listens in the process that calls it, with settings that precede those of the environment [N2]', async () => {
    const DATABASE_URL = join(temporaryFolder(), 'notes.db')
    const server = await notesServer.listen({ DATABASE_URL, PORT: '0', LOG_LEVEL: 'silent' })
    onTestFinished(() => server.stop())
    expect(await motto(server.url)).toEqual({ text: 'It is true.' })
    expect(existsSync(DATABASE_URL)).toBe(true)
  })
})
