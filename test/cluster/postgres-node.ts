/** One PostgreSQL server of a cluster, in a folder of its own, whose processes can be stopped, resumed and killed. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { allEnded } from '../harness/alive.ts'
import { processesOf } from '../harness/command.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { postgresOwner } from '../harness/installed-postgres.ts'

const user = 'postgres'
const password = 'postgres'

export interface PostgresNode {
  /** `127.0.0.1:…`. */
  readonly address: string
  url(database: string): string
  /** A new, empty primary. */
  create(): Promise<void>
  /** In place of what it was, a copy of the primary that follows it. */
  follow(primary: PostgresNode): Promise<void>
  promote(): Promise<void>
  /** Sends the signal to all of its processes. */
  signal(signal: NodeJS.Signals): void
  /** Kills all of its processes. */
  kill(): Promise<void>
  ask(sql: string): Promise<readonly Record<string, unknown>[]>
  remove(): Promise<void>
}

/** `tools` is the folder of `initdb`, `pg_ctl` and `pg_basebackup`. */
export async function postgresNode(tools: string): Promise<PostgresNode> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-cluster-'))
  const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')]
  writeFileSync(passwordFile, `${password}\n`)
  const owner = postgresOwner([folder, passwordFile])
  const port = await freePort()
  const address = `127.0.0.1:${port}`

  const run = (tool: string, ...args: string[]) =>
    new Promise<void>((done, failed) => {
      // No pipes: the server that pg_ctl starts would keep them open.
      spawn(join(tools, tool), args, { ...owner, stdio: 'ignore' })
        .on('error', failed)
        .on('close', (status) => (status === 0 ? done() : failed(new Error(`${tool} failed`))))
    })
  const control = (...args: string[]) => run('pg_ctl', `--pgdata=${data}`, '--wait', ...args)
  const start = () => control(`--log=${folder}/log`, `-o-p ${port}`, 'start')
  const pids = () => {
    const file = join(data, 'postmaster.pid')
    if (!existsSync(file)) return []
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return [pid, ...processesOf({ pid })]
  }
  const send = (to: readonly number[], name: NodeJS.Signals) => {
    for (const pid of to) sendTo(pid, name)
  }

  const url = (database: string) => `postgres://${user}:${password}@${address}/${database}`
  const ask = async (sql: string) => {
    const client = new Client({ connectionString: url('postgres') })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  }
  const kill = async () => {
    const killed = pids()
    send(killed, 'SIGKILL')
    await allEnded(killed)
    // Its process ids may soon be those of other programs.
    rmSync(join(data, 'postmaster.pid'), { force: true })
  }

  return {
    address,
    url,
    async create() {
      const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync']
      await run(
        'initdb',
        `--pgdata=${data}`,
        `--username=${user}`,
        `--pwfile=${passwordFile}`,
        ...flags,
      )
      writeFileSync(join(data, 'postgresql.conf'), settings)
      await start()
    },
    async follow(primary) {
      rmSync(data, { recursive: true, force: true })
      const flags = ['--write-recovery-conf', '--checkpoint=fast', '--no-sync']
      await run(
        'pg_basebackup',
        `--pgdata=${data}`,
        `--dbname=${primary.url('postgres')}`,
        ...flags,
      )
      await start()
    },
    promote: () => control('promote'),
    signal: (name) => send(pids(), name),
    kill,
    ask,
    async remove() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `fsync`: a kill is not a power loss, the system keeps what was written. */
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 16MB
fsync = off
`

/** The process may have ended since it was found. */
function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
