import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { ask, postgresSettings } from '../harness/database.ts'
import { freePort } from '../harness/embedded-postgres.ts'

const server = (path: string) => new URL(path, inject('postgres')).href
const onServer = (statement: string) =>
  ask({ kind: 'postgres', url: server('/postgres') }, statement)

async function newDatabase(options = ''): Promise<string> {
  const name = `start_${randomBytes(8).toString('hex')}`
  await onServer(`create database ${name} template template0 ${options}`)
  onTestFinished(async () => void (await onServer(`drop database ${name} with (force)`)))
  return name
}

/** Checks both commands that migrate the database. */
async function expectRefused(url: string, fault: string): Promise<void> {
  for (const command of ['migrate', 'serve']) {
    const settings = { ...postgresSettings(url), PORT: '0' }
    const refused = await tessera([command], { settings })
    expect(refused).toMatchObject({ status: 1, err: `tessera: ${fault}\n` })
  }
}

describe('migrate and serve fail', () => {
  it.each(['SQL_ASCII', 'LATIN1'])('if the encoding of the database is %s', async (encoding) => {
    const name = await newDatabase(`encoding '${encoding}' locale 'C'`)
    await expectRefused(
      server(`/${name}`),
      `the encoding of the database in DATABASE_URL is ${encoding}: create one with createdb --encoding=UTF8 --template=template0`,
    )
  })

  it('if the user may not create tables', async () => {
    const name = await newDatabase()
    await onServer(`create role ${name} login password 'theirs'`)
    onTestFinished(async () => void (await onServer(`drop role ${name}`)))
    const url = new URL(server(`/${name}`))
    Object.assign(url, { username: name, password: 'theirs' })
    await expectRefused(
      url.href,
      'the user in DATABASE_URL may not change the tables: make it the owner of the database and of its tables',
    )
  })

  it('if the database asks for a password, and there is none', async () => {
    const url = new URL(server('/postgres'))
    url.password = ''
    await expectRefused(
      url.href,
      'the database (DATABASE_URL) is unavailable: it asks for a password: set it in DATABASE_URL or PGPASSWORD',
    )
  })

  it('if the certificate authority of the database is unknown', async () => {
    const url = `postgres://me:mine@127.0.0.1:${await portOfSelfSigned()}/none?sslmode=verify-full`
    await expectRefused(
      url,
      'the database (DATABASE_URL) is unavailable: unknown certificate authority (DEPTH_ZERO_SELF_SIGNED_CERT): set sslrootcert in DATABASE_URL to a file with its certificate',
    )
  })
})

/** The part of a PostgreSQL server that runs before it sends its certificate. */
async function portOfSelfSigned(): Promise<number> {
  const folder = temporaryFolder()
  const [keyFile, certFile] = [join(folder, 'key'), join(folder, 'cert')]
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=127.0.0.1']
  execFileSync('openssl', ['req', ...made, '-keyout', keyFile, '-out', certFile], {
    stdio: 'ignore',
  })
  const [key, cert] = [readFileSync(keyFile), readFileSync(certFile)]
  const listening = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('S')
      new TLSSocket(socket, { isServer: true, key, cert }).on('error', () => {})
    })
  })
  const port = await freePort()
  listening.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => void listening.close())
  return port
}
