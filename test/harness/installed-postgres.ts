/** Starts an installed PostgreSQL that has the operator's tools, such as pg_dump: the npm package has only the server. */
import { execFileSync, type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from './embedded-postgres.ts'

/** On Debian only some of the tools are in the PATH. */
const debian = '/usr/lib/postgresql'
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
]

/** The folder of the tools; undefined if they are not installed. */
export const postgresTools = folders.find((folder) =>
  ['initdb', 'pg_ctl', 'pg_basebackup', 'pg_dump', 'pg_restore'].every((tool) =>
    existsSync(join(folder, tool)),
  ),
)
/** Added to the titles of tests that are skipped without the tools. */
export const missingPostgresTools = postgresTools ? '' : ' (skipped: PostgreSQL is not installed)'

export interface InstalledPostgres {
  readonly url: string
  remove(): void
}

/** Without tables. */
export async function startInstalledPostgres(tools: string): Promise<InstalledPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-postgres-'))
  const [data, password] = [join(folder, 'data'), join(folder, 'password')]
  writeFileSync(password, 'postgres\n')
  const owner = postgresOwner([folder, password])
  const run = (tool: string, ...args: string[]) => {
    const { status } = spawnSync(join(tools, tool), args, { ...owner, stdio: 'ignore' })
    if (status !== 0) throw new Error(`${tool} failed`)
  }
  const port = await freePort()
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']
  run('initdb', `--pgdata=${data}`, `--pwfile=${password}`, '--no-sync', ...flags)
  run('pg_ctl', `--pgdata=${data}`, `--log=${folder}/log`, '--wait', `-o${settings}`, 'start')
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    remove() {
      run('pg_ctl', `--pgdata=${data}`, '--mode=fast', '--wait', 'stop')
      rmSync(folder, { recursive: true })
    },
  }
}

/** PostgreSQL refuses to run as root: as root, use the user `postgres` that its package has created. */
export function postgresOwner(paths: readonly string[]): Pick<SpawnSyncOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((which) =>
    Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' })),
  )
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres')
  for (const path of paths) chownSync(path, uid, gid)
  return { uid, gid }
}
