import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { listening, temporaryFolder, tessera, tesseraProcess } from '../harness/command.ts'

const urlIn = (out: string): string => /^listening on (\S+)$/m.exec(out)?.[1] ?? ''

/** A port that was free a moment ago. */
async function freePort(): Promise<string> {
  const probe = createServer()
  await new Promise<void>((ready) => probe.listen(0, '127.0.0.1', ready))
  const address = probe.address()
  await new Promise((done) => probe.close(done))
  return typeof address === 'object' ? String(address?.port) : ''
}

describe('tessera demo', () => {
  it('prints a curl line that works as printed [S1]', async () => {
    const demo = await listening(['demo'], { settings: { PORT: '0' } })
    const [, line = ''] = /(curl \S+\/token .*)$/m.exec(demo.out()) ?? []
    const token = JSON.parse(execFileSync('sh', ['-c', `${line} --silent`], { encoding: 'utf8' }))
    expect(token).toMatchObject({ token_type: 'bearer', expires_in: 1800 })
    expect(await demo.end('SIGINT')).toBe(0)
  })

  it('has its users with the first response', async () => {
    const port = await freePort()
    const demo = listening(['demo'], { settings: { PORT: port } })
    const body = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
    const login = () => fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body })
    const statusOf = () =>
      login().then(
        ({ status }) => status,
        () => undefined,
      )
    let status = await statusOf()
    // Not yet listening, or starting.
    while (status === undefined || status === 503) status = await statusOf()
    expect(status).toBe(200)
    await demo
  })
})

describe('tessera serve', () => {
  const settings = () => ({ PORT: '0', DATABASE_URL: join(temporaryFolder(), 'test.db') })

  it('serves on the address that it prints, and shuts down on SIGTERM', async () => {
    const server = await listening(['serve'], { settings: settings() })
    expect((await fetch(`${urlIn(server.out())}/readyz`)).status).toBe(200)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('verifies HS256 tokens with the key that keys export-hs256 prints [S11]', async () => {
    const hs256 = {
      ...settings(),
      SIGNING_ALG: 'HS256',
      SECRET_KEY: 'x'.repeat(32),
      BCRYPT_COST: '10',
    }
    await tessera(['user', 'add', 'johndoe'], { settings: hs256, input: 'correct horse battery\n' })
    const server = await listening(['serve'], { settings: hs256 })
    const body = new URLSearchParams({ username: 'johndoe', password: 'correct horse battery' })
    const response = await fetch(`${urlIn(server.out())}/token`, { method: 'POST', body })
    const { access_token } = (await response.json()) as { access_token: string }
    const exported = await tessera(['keys', 'export-hs256'], { settings: hs256 })
    const key = await importJWK(JSON.parse(exported.out))
    const { protectedHeader } = await jwtVerify(access_token, key)
    expect(protectedHeader).toMatchObject({ alg: 'HS256', typ: 'at+jwt' })
  })

  it('warns about a variable that resembles a setting', async () => {
    const misspelled = { ...settings(), ACESS_TOKEN_EXPIRE_MINUTES: '5' }
    const server = await listening(['serve'], { settings: misspelled })
    expect(server.out()).toContain('did you mean ACCESS_TOKEN_EXPIRE_MINUTES?')
  })

  it.each([
    ['APP_URL', { APP_URL: 'https://app.example.com' }],
    ['MAIL_FROM', { MAIL_FROM: 'no-reply@example.com' }],
  ])('warns about %s, which has no effect while no mail is sent [K58]', async (name, setting) => {
    const silent = await listening(['serve'], { settings: { ...settings(), ...setting } })
    const warning = `${name} has no effect without SMTP_URL or MAIL_DIR`
    expect(silent.out()).toContain(warning)
    const MAIL_DIR = join(temporaryFolder(), 'mails')
    const mailing = await listening(['serve'], {
      settings: { ...settings(), ...setting, MAIL_DIR },
    })
    expect(mailing.out()).not.toContain('no effect')
  })

  it('does not start with a MAIL_DIR that cannot be written [K58]', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    // Not even root writes to /proc.
    for (const MAIL_DIR of [file, join(file, 'mails'), '/proc/self']) {
      const failed = await tessera(['serve'], { settings: { ...settings(), MAIL_DIR } })
      expect(failed).toMatchObject({
        status: 1,
        err: expect.stringMatching(
          /^tessera: MAIL_DIR must be a folder that can be written: E\w+\n$/,
        ),
      })
    }
  })

  it.each([
    ['http://id.example.com', 1],
    ['https://id.example.com', 0],
    ['http://[::1]:8000', 0],
  ])(
    'warns about an ISSUER that is not https, unless it is a loopback address (%s)',
    async (issuer, lines) => {
      const server = await listening(['serve'], { settings: { ...settings(), ISSUER: issuer } })
      expect(
        server
          .out()
          .split('\n')
          .filter((line) => line.includes('is not https')),
      ).toHaveLength(lines)
    },
  )

  it.each([
    ['192.0.2.1/none', 1],
    ['192.0.2.1/none?application_name=a', 1],
    ['192.0.2.1/none?sslmode=disable', 0],
    ['192.0.2.1/none?sslmode=verify-full', 0],
    ['127.0.0.1:1/none', 0],
    ['elsewhere/none?host=/nowhere', 0],
  ])(
    'warns about an unencrypted connection to PostgreSQL on another machine that nobody chose (%s)',
    async (where, lines) => {
      const DATABASE_URL = `postgres://nobody:hidden@${where}`
      const ended = await tessera(['serve'], {
        settings: { PORT: '0', DATABASE_URL, SECRET_KEY: 's'.repeat(32) },
      })
      expect(ended.status).toBe(1)
      const warnings = ended.out
        .split('\n')
        .filter((line) => line.includes('connection to the database is not encrypted'))
      expect(warnings).toHaveLength(lines)
    },
  )

  it('says that its port is in use', async () => {
    const other = createServer()
    await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready))
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const failed = await tessera(['serve'], { settings: { ...settings(), PORT: port } })
    other.close()
    expect(failed).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^tessera: PORT \d+ is in use: .*\n$/),
    })
  })

  it.each(['nope.invalid', '192.0.2.1'])(
    'says that HOST=%s is not an address of this machine',
    async (host) => {
      const failed = await tessera(['serve'], {
        settings: { ...settings(), HOST: host, ISSUER: 'https://id.example.com' },
      })
      expect(failed).toMatchObject({
        status: 1,
        out: '',
        err: `tessera: HOST ${host} is not an address of this machine\n`,
      })
    },
  )

  it('names every invalid setting, and repeats no value', async () => {
    const failed = await tessera(['serve'], {
      settings: { PORT: 'eighty', SECRET_KEY: 'hunter2', BCRYPT_COST: '4' },
    })
    expect(failed).toMatchObject({ status: 1, out: '' })
    expect(failed.err).toBe(
      'tessera: PORT must be a number; SECRET_KEY must be at least 32 bytes: openssl rand -hex 32 generates one; BCRYPT_COST must be at least 10\n',
    )
  })
})

describe('start.js', () => {
  it('says which Node it needs if this one is too old', async () => {
    const old =
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })"
    const node = ['--import', `data:text/javascript,${encodeURIComponent(old)}`]
    const failed = await tesseraProcess(['--help'], { node })
    expect(failed).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^Tessera needs Node 24\.7 or later; this is 20\.20\.2\. .*\n$/),
    })
  })
})
