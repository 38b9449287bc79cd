import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { auditEvent } from '../../src/audit/audit.ts'
import { readConfig } from '../../src/config/config.ts'
import { openStore } from '../../src/store/store.ts'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'

let settings: Record<string, string>
beforeEach(async () => {
  settings = { ...(await commandDatabase()), BCRYPT_COST: '10' }
})

const run = (...args: readonly string[]): Promise<Outcome> =>
  tessera(args, { input: 'correct horse battery\n', settings })
const tail = (...args: readonly string[]) => run('audit', 'tail', ...args)

/** The kind and the username of each line. */
const eventsIn = ({ out }: Pick<Outcome, 'out'>) =>
  [...out.matchAll(/^\S+Z {2}(\S+) +(\S+) +command_line/gm)].map(([, ...parts]) => parts.join(' '))

async function someEvents(): Promise<void> {
  await run('user', 'add', 'alice')
  await run('user', 'add', 'bob')
  await run('user', 'disable', 'alice')
}

const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))

/** `tessera audit tail --follow`, and its output. */
function followed() {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [start, 'audit', 'tail', '--follow'], {
    env: { PATH, ...settings },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  return {
    out: () => out,
    until: (pattern: RegExp) => expect.poll(() => out, { timeout: 10_000 }).toMatch(pattern),
    end(signal: NodeJS.Signals): Promise<number | null> {
      child.kill(signal)
      return new Promise((done) => child.on('close', done))
    },
  }
}

describe('tessera audit tail', () => {
  it('prints the events, newest last [J3]', async () => {
    await someEvents()
    const all = await tail()
    expect(all).toMatchObject({ status: 0, err: '' })
    expect(eventsIn(all)).toEqual(['user_added alice', 'user_added bob', 'user_disabled alice'])
    expect(eventsIn(await tail('--lines', '1'))).toEqual(['user_disabled alice'])
    expect(eventsIn(await tail('--user', 'ALICE', '--kind', 'user_added'))).toEqual([
      'user_added alice',
    ])
    expect(eventsIn(await tail('--kind', 'user_added'))).toEqual([
      'user_added alice',
      'user_added bob',
    ])
    const [line = ''] = (await tail('--json', '--lines', '1')).out.split('\n')
    expect(JSON.parse(line)).toMatchObject({ kind: 'user_disabled', origin: 'command_line' })
  })

  it('prints how many like events an event stands for, if there are several [J3]', async () => {
    const store = openStore(readConfig(settings).database)
    await store.migrate()
    for (const count of [1, 37]) {
      const event = auditEvent('http', 'access_denied', { detail: 'lacks audit:read' }, Date.now())
      await store.auditEvents.append({ ...event, count })
    }
    await store.close()
    const lines = (await tail()).out.trimEnd().split('\n')
    expect(lines.map((line) => line.split('lacks audit:read')[1])).toEqual(['', '  37 times'])
    const [, json = ''] = (await tail('--json')).out.split('\n')
    expect(JSON.parse(json)).toMatchObject({ count: 37 })
  })

  it('finds a deleted account by its id [J3]', async () => {
    const { user_id }: { user_id: string } = JSON.parse(
      (await run('user', 'add', 'alice', '--json')).out,
    )
    await run('user', 'delete', 'alice')
    expect(eventsIn(await tail('--user', user_id))).toEqual([
      `user_added ${user_id}`,
      `user_deleted ${user_id}`,
    ])
  })

  it('prints the requested number of events [J3]', async () => {
    const store = openStore(readConfig(settings).database)
    await store.migrate()
    const events = Array.from({ length: 1203 }, (_, at) =>
      auditEvent('command_line', 'user_added', { detail: `${at}` }, Date.now()),
    )
    await store.auditEvents.append(...events)
    await store.close()
    const details = events.map(({ detail }) => detail)
    const shown = async (lines: string) => {
      const { out } = await tail('--json', '--lines', lines)
      return out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).detail)
    }
    expect(await shown('9999')).toEqual(details)
    expect(await shown('501')).toEqual(details.slice(-501))
  })

  it.each([
    [['--user', 'nobody'], /unknown user nobody: for a deleted account, give its id/],
    [['--since', 'yesterday'], /--since must be a time like 2026-01-02T03:04:05Z/],
    [['--until', '2026-01-02'], /--until must be a time like/],
    [['--follow', '--until', '2026-01-02T03:04:05Z'], /--follow and --until cannot be combined/],
    [['--kind', 'party'], /unknown kind party: use login /],
    [['--lines', 'many'], /--lines must be a number/],
    [['--lines', '-1'], /--lines must be a number/],
    [['--lines', '1.5'], /--lines must be a number/],
  ])('rejects %j', async (args, reason) => {
    await run('migrate')
    expect(await tail(...args)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(reason),
    })
  })

  it('prints the events since a time and until a time', async () => {
    await someEvents()
    const [first, second] = (await tail('--json')).out.split('\n')
    const moment = String(JSON.parse(second ?? '').created_at)
    const before = JSON.parse(first ?? '').created_at
    expect(eventsIn(await tail('--since', moment))).toEqual([
      'user_added bob',
      'user_disabled alice',
    ])
    expect(eventsIn(await tail('--until', moment))).toEqual(['user_added alice'])
    expect(eventsIn(await tail('--since', before, '--until', moment))).toEqual(['user_added alice'])
  })

  it('aligns its columns for every kind, and for the ids of deleted accounts', async () => {
    await someEvents()
    await run('user', 'delete', 'alice')
    const store = openStore(readConfig(settings).database)
    const throttled = auditEvent('command_line', 'registration_throttled', {}, Date.now())
    await store.auditEvents.append(throttled)
    await store.close()
    const columns = (await tail()).out
      .split('\n')
      .filter(Boolean)
      .map((line) => line.indexOf('command_line'))
    expect(new Set(columns).size).toBe(1)
  })

  it('prints each new event once with --follow, until Ctrl-C', async () => {
    await run('user', 'add', 'alice')
    const follower = followed()
    await follower.until(/user_added +alice/)
    await run('user', 'add', 'bob')
    await follower.until(/user_added +bob/)
    await run('user', 'disable', 'bob')
    await follower.until(/user_disabled +bob/)
    // The next poll finds only events that were printed before.
    await run('user', 'enable', 'bob')
    await follower.until(/user_enabled +bob/)
    expect(await follower.end('SIGINT')).toBe(0)
    expect(eventsIn({ out: follower.out() })).toEqual([
      'user_added alice',
      'user_added bob',
      'user_disabled bob',
      'user_enabled bob',
    ])
  })

  it('stops following on SIGTERM too', async () => {
    await run('user', 'add', 'alice')
    const follower = followed()
    await follower.until(/user_added +alice/)
    expect(await follower.end('SIGTERM')).toBe(0)
  })
})
