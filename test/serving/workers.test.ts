import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  commandDatabase,
  listening,
  processesOf,
  type RunningCommand,
  temporaryFolder,
  tessera,
} from '../harness/command.ts'
import { isPostgres, postgresSettings } from '../harness/database.ts'
import { rawRequest } from '../harness/raw-request.ts'

const password = 'correct horse battery staple'

interface Workers {
  readonly server: RunningCommand
  readonly url: string
  readonly settings: Readonly<Record<string, string>>
}

/** Two workers, with johndoe in their store. */
async function twoWorkers(more: Record<string, string> = {}): Promise<Workers> {
  const settings = {
    ...(await commandDatabase()),
    PORT: '0',
    BCRYPT_COST: '10',
    WORKERS: '2',
    ...more,
  }
  await tessera(['user', 'add', 'johndoe'], { settings, input: `${password}\n` })
  const server = await listening(['serve'], { settings })
  const [, url = ''] = /^listening on (\S+)$/m.exec(server.out()) ?? []
  return { server, url, settings }
}

/** On separate connections, which are distributed to the workers in turn. */
function onEach<Result>(ask: () => Promise<Result>, times = 8): Promise<Result[]> {
  return Promise.all(Array.from({ length: times }, ask))
}

function post({ url }: Workers, path: string, form: Record<string, string>): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams(form).toString()
  return rawRequest(`${url}${path}`, { method: 'POST', headers, body })
}

const login = (workers: Workers, form: Record<string, string> = {}) =>
  post(workers, '/token', { username: 'johndoe', password, ...form })

async function tokensOf(response: Response) {
  return (await response.json()) as { access_token: string; refresh_token: string }
}

async function readAccount({ url }: Workers, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await rawRequest(`${url}/users/me`, { headers })).status
}

async function keyIds({ url }: Workers): Promise<string[]> {
  const { keys } = (await (await rawRequest(`${url}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string }[]
  }
  return keys.map(({ kid }) => kid)
}

describe('WORKERS=2', () => {
  it('serves from two processes, and shuts them down on SIGTERM', async () => {
    const workers = await twoWorkers()
    expect(processesOf(workers.server)).toHaveLength(2)
    expect(await workers.server.end('SIGTERM')).toBe(0)
  })

  it('shuts down while a worker is starting', async () => {
    const workers = await twoWorkers()
    const [first = 0] = processesOf(workers.server)
    process.kill(first, 'SIGKILL')
    await expect.poll(() => processesOf(workers.server)).not.toContain(first)
    await expect
      .poll(() => processesOf(workers.server).length, { timeout: 20_000, interval: 5 })
      .toBe(2)
    expect(await workers.server.end('SIGTERM')).toBe(0)
  })

  it('ends the workers when the primary process is killed', async () => {
    const workers = await twoWorkers()
    const pids = processesOf(workers.server)
    await workers.server.end('SIGKILL')
    await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([])
  })

  it('replaces a dead worker, and keeps serving', async () => {
    const workers = await twoWorkers()
    const { access_token } = await tokensOf(await login(workers))
    const [first = 0, second = 0] = processesOf(workers.server)
    process.kill(first, 'SIGKILL')
    await expect.poll(() => processesOf(workers.server).length).toBe(1)
    expect(await onEach(() => readAccount(workers, access_token))).toEqual(Array(8).fill(200))
    await expect.poll(() => processesOf(workers.server).length, { timeout: 20_000 }).toBe(2)
    expect(processesOf(workers.server)).toContain(second)
    expect(processesOf(workers.server)).not.toContain(first)
  })

  it('rejects a revoked session in every worker at the next request [G1]', async () => {
    const workers = await twoWorkers()
    const { access_token, refresh_token } = await tokensOf(await login(workers))
    expect(await onEach(() => readAccount(workers, access_token))).toEqual(Array(8).fill(200))
    await post(workers, '/revoke', { token: refresh_token })
    expect(await onEach(() => readAccount(workers, access_token))).toEqual(Array(8).fill(401))
  })

  it('counts wrong passwords once for all workers [H2]', async () => {
    // Each worker can queue all of them: a busy worker leaves more to the other.
    const queue = { HASH_QUEUE: '30', HASH_THREADS: '1', HASH_WAIT_SECONDS: '600' }
    const settings = { LOGIN_MAX_FAILURES: '5', ...queue }
    const workers = await twoWorkers(settings)
    let guess = 0
    const responses = await onEach(() => login(workers, { password: `guess ${guess++}` }), 30)
    const statuses = responses.map(({ status }) => status)
    const wrong = statuses.filter((status) => status === 401).length
    // Each of the two threads may have had one in progress when the budget was exhausted.
    expect(wrong).toBeGreaterThanOrEqual(5)
    expect(wrong).toBeLessThanOrEqual(5 + 2)
    expect(statuses.filter((status) => status === 429)).toHaveLength(30 - wrong)
  })

  it('gives 50 refreshes of one token one successor [F3]', async () => {
    const workers = await twoWorkers()
    const { refresh_token } = await tokensOf(await login(workers))
    const form = { grant_type: 'refresh_token', refresh_token }
    const responses = await onEach(() => post(workers, '/token', form), 50)
    const successors = await Promise.all(responses.map(tokensOf))
    expect(new Set(successors.map((each) => each.refresh_token)).size).toBe(1)
  })

  it('publishes a new key in every worker at once [E5]', async () => {
    const workers = await twoWorkers()
    const [before] = await keyIds(workers)
    await tessera(['keys', 'rotate'], { settings: workers.settings })
    const published = await onEach(() => keyIds(workers))
    expect(new Set(published.map((ids) => ids.join())).size).toBe(1)
    expect(published[0]).toHaveLength(2)
    expect(published[0]).toContain(before)
  })

  it('does not start with an invalid setting', async () => {
    const settings = { PORT: '0', DATABASE_URL: ':memory:', WORKERS: '2' }
    expect(await tessera(['serve'], { settings })).toEqual({
      status: 1,
      out: '',
      err: 'tessera: WORKERS need a shared database: DATABASE_URL is :memory:\n',
    })
  })

  it('exits if a worker cannot start, and says why', async () => {
    const unusable: Record<string, string> = isPostgres
      ? postgresSettings('postgres://nobody@127.0.0.1:1/none')
      : { DATABASE_URL: join(temporaryFolder(), 'no', 'test.db') }
    const why = isPostgres
      ? /^tessera: the database \(DATABASE_URL\) is unavailable: .+\n/
      : /^tessera: the database .*test\.db cannot be opened: ENOENT.*\n/
    const failed = await tessera(['serve'], { settings: { ...unusable, PORT: '0', WORKERS: '2' } })
    expect(failed).toMatchObject({ status: 1, out: '' })
    expect(failed.err).toMatch(why)
    expect(failed.err).toMatch(/\ntessera: a worker could not start\n$/)
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
