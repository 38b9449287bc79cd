/** Runs PgBouncer, if it is installed, in transaction mode and with the settings of the handbook. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { handbook } from '../deploy/files.ts'
import { freePort } from './embedded-postgres.ts'
import { postgresOwner } from './installed-postgres.ts'
import { isListening } from './nginx.ts'

const executable = process.env.TESSERA_PGBOUNCER ?? '/usr/sbin/pgbouncer'
/** From version 1.21 on, statements can be prepared in transaction mode. */
const [, version = '0'] = existsSync(executable)
  ? (/PgBouncer 1\.(\d+)/.exec(spawnSync(executable, ['--version'], { encoding: 'utf8' }).stdout) ??
    [])
  : []
/** 1.18 ends now and then after a request to cancel (pgbouncer/pgbouncer#822). */
export const hasPgbouncer = Number(version) >= 19
/** Added to the titles of tests that are skipped without PgBouncer. */
export const missingPgbouncer = hasPgbouncer
  ? ''
  : ` (skipped: there is no PgBouncer 1.19 or later at ${executable})`

const preparing = Number(version) >= 21 ? 'max_prepared_statements = 100' : ''
const [ignored = ''] = /ignore_startup_parameters = [^`]+/.exec(handbook) ?? []

export interface Pgbouncer {
  readonly url: string
  stop(): Promise<void>
}

/** Between its own port and the PostgreSQL of this URL. */
export async function startPgbouncer(postgresUrl: string): Promise<Pgbouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-pgbouncer-'))
  const [config, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'users')]
  const url = new URL(postgresUrl)
  const { hostname, port, username, password } = url
  const own = await freePort()
  writeFileSync(users, `"${username}" "${password}"\n`)
  writeFileSync(
    config,
    `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
${ignored}
${preparing}
`,
  )
  const owner = postgresOwner([folder, config, users])
  const bouncer = spawn(executable, ['--quiet', config], { ...owner, stdio: 'ignore' })
  const ended = once(bouncer, 'exit')
  while (!(await isListening(own))) {
    if (bouncer.exitCode !== null) throw new Error(`PgBouncer ended with ${bouncer.exitCode}`)
    await pause(20)
  }
  url.port = String(own)
  return {
    url: url.href,
    async stop() {
      bouncer.kill()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}
