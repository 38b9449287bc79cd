import express from 'express'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { InvalidSetting, readConfig, settingsHelp } from '../../src/config/config.ts'
import { postgresHosts } from '../../src/config/postgres-url.ts'

describe('readConfig', () => {
  it('has a safe default for everything [S10, F2, F7]', () => {
    expect(readConfig({})).toEqual({
      port: 8000,
      host: '127.0.0.1',
      database: { kind: 'sqlite', file: './tessera.db' },
      databaseConnections: 10,
      accessTokenSeconds: 1800,
      refreshIdleMs: 14 * 86_400_000,
      refreshMaxMs: 90 * 86_400_000,
      refreshGraceMs: 10_000,
      signingAlg: 'RS256',
      bcryptCost: 12,
      passwordScheme: 'bcrypt',
      workers: 1,
      hashThreads: expect.any(Number),
      hashQueue: expect.any(Number),
      hashWaitMs: 5_000,
      passwordMinLength: 15,
      registration: 'closed',
      loginWithEmail: false,
      accountWritesPerMinute: 60,
      maxItemsPerAccount: 10_000,
      maxSessionsPerAccount: 1000,
      auditRetentionMs: 90 * 86_400_000,
      invalidGrantStatus: 401,
      loginMaxFailures: 10,
      loginWindowMs: 15 * 60_000,
      trustProxy: [],
      corsOrigins: [],
      maxConnections: 1000,
      keepAliveMs: 65_000,
      hstsSubdomains: false,
      drainMs: 0,
      checkReplies: false,
      logLevel: 'info',
    })
  })

  it('is frozen', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true)
  })

  it('treats an empty variable as unset', () => {
    expect(readConfig({ PORT: '', ISSUER: '' })).toMatchObject({ port: 8000, issuer: undefined })
  })

  it('reads lists separated by commas', () => {
    expect(
      readConfig({ CORS_ORIGINS: 'https://a.example, https://b.example,' }).corsOrigins,
    ).toEqual(['https://a.example', 'https://b.example'])
  })

  it('accepts proxies in the syntax of Express', () => {
    const proxies = ['loopback', '192.0.2.1', '10.0.0.0/8', '::1', '2001:db8::/32']
    const { trustProxy } = readConfig({ TRUST_PROXY: proxies.join() })
    expect(trustProxy).toEqual(proxies)
    expect(() => express().set('trust proxy', [...trustProxy])).not.toThrow()
  })

  it('gives each thread a queue of 16', () => {
    expect(readConfig({ HASH_THREADS: '3' })).toMatchObject({ hashThreads: 3, hashQueue: 48 })
  })

  it.each([
    ['sqlite:///./tessera.db', './tessera.db'],
    ['sqlite:///tessera.db', 'tessera.db'],
    ['sqlite:tessera.db', 'tessera.db'],
    ['tessera.db', 'tessera.db'],
    ['sqlite:////var/lib/tessera.db', '/var/lib/tessera.db'],
    ['sqlite:/var/lib/tessera.db', '/var/lib/tessera.db'],
    ['/var/lib/tessera.db', '/var/lib/tessera.db'],
    ['sqlite:///C:/tessera.db', 'C:/tessera.db'],
    ['sqlite:///:memory:', ':memory:'],
    [':memory:', ':memory:'],
  ])('reads %s as the file %s, with the slashes of SQLAlchemy', (url, file) => {
    expect(readConfig({ DATABASE_URL: url }).database).toEqual({ kind: 'sqlite', file })
  })

  it.each(['sqlite:', 'sqlite:///', 'sqlite:////'])('rejects %s, which names no file', (url) => {
    expect(() => readConfig({ DATABASE_URL: url })).toThrow(/^DATABASE_URL must have three slashes/)
  })

  it.each([
    'https://*.preview.example.com',
    'https://*.example.com:8443',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'app.example://host',
  ])('accepts the origin %s', (origin) => {
    expect(readConfig({ CORS_ORIGINS: origin }).corsOrigins).toEqual([origin])
  })

  it.each([
    ...['*', 'null', 'https://*', 'https://*.com', 'https://*.*.example.com', 'https://a.*.com'],
    ...[
      'https://app*.example.com',
      'https://**.example.com',
      'https://*.example.com/',
      'capacitor://',
    ],
    ...['capacitor://localhost/x', 'https://App.example.com', 'https://app.example.com:443'],
  ])('rejects %s, which is no origin of a browser', (origin) => {
    expect(() => readConfig({ CORS_ORIGINS: origin })).toThrow(/^CORS_ORIGINS must be origins/)
  })

  it.each([
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', 'Infinity'],
    ['ISSUER', 'tessera'],
    ['ISSUER', 'https://a.example/?b'],
    ['ISSUER', 'https://a.example/../b'],
    ['ISSUER', 'https://a.example/b//c'],
    ['ISSUER', 'https://a.example/"b'],
    ['DATABASE_URL', 'mysql://db/tessera'],
    ['DATABASE_URL', 'postgres://some:%zz secret@[db/tessera'],
    ['DATABASE_URL', 'postgres://me:12/secret@db/tessera'],
    ['DATABASE_URL', 'postgres://me:12#secret@db/tessera'],
    ['DATABASE_URL', 'postgres://me:12?secret@db/tessera'],
    ['DATABASE_CONNECTIONS', '0'],
    ['DATABASE_URL', 'file:tessera.db'],
    ['DATABASE_URL', 'sqlite:file:tessera.db'],
    ['DATABASE_URL', 'sqlite://tessera.db'],
    ['DATABASE_URL', 'sqlite://///tessera.db'],
    ['DATABASE_URL', 'sqlite:///tessera.db?mode=ro'],
    ['ACCESS_TOKEN_EXPIRE_MINUTES', '0'],
    ['SIGNING_ALG', 'none'],
    ['SECRET_KEY', 'tooshort'],
    ['SECRET_KEY', '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'],
    ['SECRET_KEY_PREVIOUS', 'tooshort'],
    ['PASSWORD_PEPPER', 'tooshort'],
    ['PASSWORD_HASH', 'scrypt'],
    ['BCRYPT_COST', '9'],
    ['BCRYPT_COST', '31'],
    ['HASH_THREADS', '0'],
    ['HASH_QUEUE', '-1'],
    ['HASH_WAIT_SECONDS', '0'],
    ['PASSWORD_MIN_LENGTH', '7'],
    ['INVALID_GRANT_STATUS', '403'],
    ['TRUST_PROXY', 'foo'],
    ['TRUST_PROXY', '10.0.0.0/99'],
    ['TRUST_PROXY', '10.0.0.0/0'],
    ['TRUST_PROXY', '192.0.2.1,::1/129'],
    ['CHECK_REPLIES', 'maybe'],
    ['LOG_LEVEL', 'loud'],
  ])('rejects %s=%s, names the setting, and does not repeat the value [S11]', (name, value) => {
    const read = () => readConfig({ [name]: value })
    expect(read).toThrow(InvalidSetting)
    expect(read).toThrow(new RegExp(`^${name} `))
    expect(read).not.toThrow(new RegExp(`\\b${value.replace(/\W/g, '\\$&')}\\b`))
  })

  it.each(['ISSUER', 'AUDIENCE', 'APP_URL'] as const)(
    'reads %s without space around it, and without the line breaks and tabs that URLs ignore',
    (name) => {
      const { issuer, audience, appUrl } = readConfig({
        [name]: '\u00a0\n https://id.exam\tple.com/a\r\nb\ufeff ',
      })
      expect(issuer ?? audience ?? appUrl).toBe('https://id.example.com/ab')
    },
  )

  it.each(['Infinity', '1e400', 'NaN', '1_000', '1,000'])('says that %s is no number', (text) => {
    expect(() => readConfig({ PORT: text })).toThrow(/^PORT must be a number$/)
  })

  it('rejects a number of spaces only, which JavaScript takes for 0', () => {
    expect(() => readConfig({ PORT: ' ' })).toThrow(/^PORT must be a number$/)
  })

  it.each(['postgres://db/tessera', 'postgresql://user:password@db:5432/tessera'])(
    'treats %s as PostgreSQL, and then requires SECRET_KEY: there is no file to store one in',
    (url) => {
      expect(() => readConfig({ DATABASE_URL: url })).toThrow(/^SECRET_KEY must be set/)
      expect(() => readConfig({ DATABASE_URL: url })).not.toThrow(/password|5432/)
      const config = readConfig({ DATABASE_URL: url, SECRET_KEY: 's'.repeat(32) })
      expect(config.database).toEqual({ kind: 'postgres', url })
    },
  )

  it.each([
    ['sslmod=verify-full', /^DATABASE_URL has the unknown parameter sslmod: .*sslmode/],
    ['sslmode=verify-ful', /^DATABASE_URL has an invalid sslmode: use disable, .*verify-full/],
    ['sslmode=allow', /^DATABASE_URL has an invalid sslmode: /],
    ['statement_timeout=1', /^DATABASE_URL has the unknown parameter statement_timeout:/],
    ['__proto__=1', /^DATABASE_URL has the unknown parameter __proto__:/],
  ])('rejects a PostgreSQL URL with %s, which the driver would ignore', (parameter, fault) => {
    const url = `postgres://me:secret@db/tessera?${parameter}`
    expect(() => readConfig({ DATABASE_URL: url, SECRET_KEY: 's'.repeat(32) })).toThrow(fault)
  })

  it('accepts a PostgreSQL URL with the parameters of the driver', () => {
    const url =
      'postgres://me:sec%2Fret@db/tessera?sslmode=verify-full&sslrootcert=/ca.crt&application_name=a&options=-c%20x%3Dy'
    const { database } = readConfig({ DATABASE_URL: url, SECRET_KEY: 's'.repeat(32) })
    expect(database).toEqual({ kind: 'postgres', url })
  })

  it.each([
    'host=127.0.0.1 user=u password=S3cr3tPw',
    'dbname = tessera passfile=/S3cr3tPw',
    'postgres:/u:S3cr3tPw@h/db',
    'postgres:u:S3cr3tPw@h/db',
    'postgresql//u:S3cr3tPw@h/db',
    ' postgres://u:S3cr3tPw@h/db',
    "'postgres://u:S3cr3tPw@h/db'",
    'jdbc:postgresql://h/db?user=u&password=S3cr3tPw',
  ])('rejects %j, which is PostgreSQL but no URL, and does not repeat it', (text) => {
    const read = () => readConfig({ DATABASE_URL: text, SECRET_KEY: 's'.repeat(32) })
    expect(read).toThrow(
      /^DATABASE_URL must be a file path, or a URL like postgres:\/\/user:password@host\/database, without spaces or quotes around it$/,
    )
  })

  const several = 'postgres://me:sec%2Fret@a:5433,b,[::1]:5434/db?target_session_attrs=read-write'

  it('accepts a PostgreSQL URL with several hosts, as libpq writes them [J15]', () => {
    const { database } = readConfig({ DATABASE_URL: several, SECRET_KEY: 's'.repeat(32) })
    expect(database).toEqual({ kind: 'postgres', url: several })
    const { urls, ...rest } = postgresHosts(several)
    expect(urls.map((connectionString) => new Client({ connectionString }))).toMatchObject([
      { host: 'a', port: 5433, user: 'me', database: 'db' },
      { host: 'b', port: 5432, user: 'me', database: 'db' },
      { host: '::1', port: 5434, user: 'me', database: 'db' },
    ])
    expect(new Client({ connectionString: urls[0] }).password).toBe('sec/ret')
    expect(rest).toEqual({ mustAcceptWrites: true, connectTimeoutMs: undefined })
  })

  it('reads the lists of hosts and ports that are parameters [J15]', () => {
    const url =
      'postgres:///db?user=me&host=a,/run/pg&port=5433&target_session_attrs=read-write&connect_timeout=2'
    const { urls, connectTimeoutMs } = postgresHosts(url)
    expect(urls.map((connectionString) => new Client({ connectionString }))).toMatchObject([
      { host: 'a', port: 5433 },
      { host: '/run/pg', port: 5433 },
    ])
    expect(connectTimeoutMs).toBe(2000)
  })

  it.each([
    ['a,b/db', 'has several hosts: add target_session_attrs=read-write, '],
    ['a,,b/db?target_session_attrs=read-write', 'has an invalid host, number 2 of its list: '],
    ['a,[b/db?target_session_attrs=read-write', 'has an invalid host, number 2 of its list: '],
    ['a:0/db', 'has an invalid port, number 1 of its list: '],
    ['a:1,b:x/db?target_session_attrs=read-write', 'has an invalid port, number 2 of its list: '],
    ['a/db?port=1,2', 'has 1 hosts and 2 ports: '],
    [
      'a/db?target_session_attrs=standby',
      'has an invalid target_session_attrs: use any, read-write',
    ],
    ['a/db?connect_timeout=soon', 'has an invalid connect_timeout: '],
    ['a/db?load_balance_hosts=random', 'has the unknown parameter load_balance_hosts: '],
  ])(
    'says what is wrong in postgres://%s, and not that it is the password [J15]',
    (rest, fault) => {
      const read = () => readConfig({ DATABASE_URL: `postgres://me:secret@${rest}` })
      expect(read).toThrow(`DATABASE_URL ${fault}`)
      expect(read).not.toThrow(/percent-encode|secret@/)
    },
  )

  it('requires ISSUER if HOST is not a loopback address: the Host header is not trusted', () => {
    expect(() => readConfig({ HOST: '0.0.0.0' })).toThrow(/^ISSUER must be set/)
    expect(readConfig({ HOST: '0.0.0.0', ISSUER: 'https://id.example.com' }).issuer).toBe(
      'https://id.example.com',
    )
  })
})

describe('settingsHelp', () => {
  it('has a line with a default for every setting', () => {
    const lines = settingsHelp().split('\n').slice(1)
    expect(lines.length).toBe(44)
    expect(lines.filter((line) => !/^ {2}[A-Z_0-9]+ +\S.* \(default: .+\)$/.test(line))).toEqual([])
  })
})
