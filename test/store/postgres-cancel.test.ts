/** A CancelRequest ends a statement, with and without TLS. */
import { execFileSync } from 'node:child_process'
import { chownSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ClientConfig } from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { connector } from '../../src/store/postgres-connect.ts'
import { ask } from '../harness/database.ts'

const database = new URL('/postgres', inject('postgres'))
const sql = (text: string) => ask({ kind: 'postgres', url: database.href }, text)

async function expectCanceled(url: string, config: ClientConfig = {}): Promise<void> {
  const { client, process, cancel } = await connector(url, config, 10_000)().connected
  onTestFinished(() => client.end())
  const sleeping = client.query('select pg_sleep(3600)').catch((error) => error.code)
  const state = `select state from pg_stat_activity where pid = ${process?.split(' ')[0]}`
  await expect.poll(() => sql(state)).toEqual([{ state: 'active' }])
  await cancel()
  expect(await sleeping).toBe('57014')
}

describe('a request to cancel ends the statement of a connection', () => {
  it('that is not encrypted [J14]', async () => {
    await expectCanceled(database.href)
  })

  it.each(['postgres', 'direct'])(
    'over TLS, which begins as sslnegotiation=%s says [J14]',
    async (negotiation) => {
      const certificate = await switchTlsOn()
      const url = new URL(database)
      url.hostname = 'localhost'
      url.search = String(
        new URLSearchParams({
          sslmode: 'verify-full',
          sslrootcert: certificate,
          sslnegotiation: negotiation,
        }),
      )
      await expectCanceled(url.href)
    },
  )
})

/** Returns the file of the certificate, for localhost. New connections can use it. */
async function switchTlsOn(): Promise<string> {
  const [row] = await sql('show data_directory')
  const folder = String(row?.data_directory)
  const [key, certificate] = [join(folder, 'server.key'), join(folder, 'server.crt')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', ...names]
  execFileSync('openssl', ['req', ...made, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
  const { uid, gid } = statSync(folder)
  for (const file of [key, certificate]) chownSync(file, uid, gid)
  await sql('alter system set ssl = on')
  await sql('select pg_reload_conf()')
  await expect.poll(() => sql('show ssl')).toEqual([{ ssl: 'on' }])
  return certificate
}
