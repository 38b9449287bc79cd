/** The bytes a second by which one account makes the SQLite file grow, in each way that it can, with the default settings. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { formHeaders, get, load, post } from '../load.ts'
import { run } from '../process.ts'

const connections = 4
const windowMs = 5_000
const account = { username: 'johndoe', password: 'correct horse battery staple' }

/** A connection, with a session of its own. */
interface Caller {
  access_token: string
  refresh_token: string
}

/** The request with this number. */
type Attack = (caller: Caller, number: number) => string

const bearer = ({ access_token }: Caller) => ({ Authorization: `Bearer ${access_token}` })
const send = (path: string, caller: Caller, body: object) =>
  post(path, JSON.stringify(body), { ...bearer(caller), 'Content-Type': 'application/json' })

const attacks: Readonly<Record<string, Attack>> = {
  'requests without the scope': (caller) => get('/users', bearer(caller)),
  'new items of 8 KB': (caller, number) => {
    const description = '\u{1F600}'.repeat(2000)
    return send('/users/me/items', caller, { item_id: `item-${number}`, description })
  },
  'changes of the account': (caller, number) =>
    send('/users/me', caller, { full_name: `${number}` }).replace('POST', 'PATCH'),
  logins: () => post('/token', account, formHeaders),
  'refreshes and revocations': ({ access_token, refresh_token }, number) =>
    number % (2 * connections) < connections
      ? post('/token', { grant_type: 'refresh_token', refresh_token }, formHeaders)
      : post('/revoke', { token: access_token }, formHeaders),
}

export interface Growth {
  readonly attack: string
  /** Bytes a second in the first five seconds. */
  readonly first: number
  /** Bytes a second in five seconds when what may be written at once is used up. */
  readonly later: number
}

/** Of the checkout in the folder, attack by attack. */
export async function* measureWrites(folder: string): AsyncGenerator<Growth> {
  for (const [name, attack] of Object.entries(attacks)) {
    const [first = 0, later = 0] = await measure(folder, attack)
    yield { attack: name, first, later }
  }
}

async function measure(folder: string, attack: Attack): Promise<readonly number[]> {
  const data = mkdtempSync(join(tmpdir(), 'tessera-writes-'))
  const file = join(data, 'tessera.db')
  const environment = { DATABASE_URL: file, LOG_LEVEL: 'silent', PORT: '0', BCRYPT_COST: '10' }
  execFileSync(process.execPath, ['src/start.js', 'user', 'add', account.username], {
    cwd: folder,
    env: { ...process.env, ...environment },
    input: `${account.password}\n`,
  })
  const options = ['--max-semi-space-size=4', 'src/start.js', 'serve']
  const server = await run({ command: process.execPath, arguments: options, environment, folder })
  const callers: Caller[] = []
  for (let at = 0; at < connections; at += 1) callers.push(await logIn(server.port))
  let sent = 0
  const flood = () =>
    load({
      port: server.port,
      connections,
      milliseconds: windowMs,
      request: (_number, connection) => {
        sent += 1
        return attack(callers[connection] ?? callers[0] ?? none, sent)
      },
      onResponse: (body, connection) => {
        const caller = callers[connection]
        if (caller && body().startsWith('{"access_token')) Object.assign(caller, JSON.parse(body()))
      },
    })
  const sizes = [bytesOf(file)]
  let { statuses } = await flood()
  sizes.push(bytesOf(file))
  // What may be written at once is used up when the server refuses.
  for (let times = 0; times < 3 && !statuses.has(429); times += 1) ({ statuses } = await flood())
  sizes.push(bytesOf(file))
  await flood()
  await server.stop()
  sizes.push(bytesOf(file))
  rmSync(data, { recursive: true })
  const [before = 0, first = 0, begin = 0, end = 0] = sizes
  return [first - before, end - begin].map((bytes) => (bytes * 1000) / windowMs)
}

const none: Caller = { access_token: '', refresh_token: '' }

async function logIn(port: number): Promise<Caller> {
  const body = new URLSearchParams(account)
  const response = await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body })
  return Object.assign({ ...none }, JSON.parse(await response.text()))
}

/** The pages in use. */
function bytesOf(file: string): number {
  const database = new DatabaseSync(file)
  const read = (pragma: string) =>
    Number(Object.values(database.prepare(`pragma ${pragma}`).get() ?? {})[0])
  const bytes = (read('page_count') - read('freelist_count')) * read('page_size')
  database.close()
  return bytes
}
