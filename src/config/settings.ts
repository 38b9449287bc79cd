/** The settings of the server, one row each. A new setting is a new row. */
import type { Read } from './invalid-value.ts'
import { mailSettings } from './mail-settings.ts'
import {
  alternatives,
  choice,
  database,
  days,
  flag,
  integer,
  isOrigin,
  isProxy,
  issuer,
  list,
  oneOf,
  type ReadInteger,
  seconds,
  secret,
  url,
} from './setting-values.ts'
import { signingAlgs } from './signing-algorithms.ts'

/** The longest life of an access token. */
export const maxAccessTokenMinutes = 1440

export interface Setting {
  /** The property of `Config`, with the unit if it differs from the setting's. */
  readonly key: string
  readonly help: string
  readonly read: Read<unknown> | ReadInteger
  /** The value if the variable is unset; undefined if absent. */
  readonly default?: string
  /** The default that `--help` prints, if that is not the value. */
  readonly unset?: string
}

export const settings = {
  PORT: {
    key: 'port',
    default: '8000',
    help: 'port to listen on; 0 picks a free one',
    read: integer(0, 65535),
  },
  HOST: {
    key: 'host',
    default: '127.0.0.1',
    help: 'address to listen on',
    read: (host: string) => host,
  },
  ISSUER: {
    key: 'issuer',
    unset: 'its own URL; required if HOST is not a loopback address',
    help: 'public URL of the server, which may have a path; the iss claim of its tokens',
    read: issuer,
  },
  AUDIENCE: {
    key: 'audience',
    unset: 'ISSUER',
    help: 'aud claim of the tokens, a URL',
    read: url,
  },
  DATABASE_URL: {
    key: 'database',
    default: './tessera.db',
    help: 'SQLite file, or postgres://user:password@host/database; commas separate several hosts',
    read: database,
  },
  DATABASE_CONNECTIONS: {
    key: 'databaseConnections',
    default: '10',
    help: 'maximum number of PostgreSQL connections, per worker; writes use at most all but two',
    read: integer(2, 1000),
  },
  ACCESS_TOKEN_EXPIRE_MINUTES: {
    key: 'accessTokenSeconds',
    default: '30',
    help: 'minutes until an access token expires',
    read: integer(1, maxAccessTokenMinutes, 60),
  },
  REFRESH_TOKEN_IDLE_DAYS: {
    key: 'refreshIdleMs',
    default: '14',
    help: 'days without a refresh after which a session ends',
    read: days(1, 3650),
  },
  REFRESH_TOKEN_MAX_DAYS: {
    key: 'refreshMaxMs',
    default: '90',
    help: 'days after which a session ends, even if it is refreshed',
    read: days(1, 3650),
  },
  REFRESH_GRACE_SECONDS: {
    key: 'refreshGraceMs',
    default: '10',
    help: 'seconds in which a refresh repeated from the same network returns the same refresh token; 0: always another',
    read: seconds(0, 300),
  },
  SIGNING_ALG: {
    key: 'signingAlg',
    default: 'RS256',
    help: `algorithm that signs tokens: ${alternatives(signingAlgs)}`,
    read: oneOf(...signingAlgs),
  },
  SECRET_KEY: {
    key: 'secretKey',
    unset: 'generated, stored in a file beside the database',
    help: 'encrypts the signing keys; at least 32 bytes',
    read: secret,
  },
  SECRET_KEY_PREVIOUS: {
    key: 'secretKeyPrevious',
    unset: 'none',
    help: 'previous SECRET_KEY, during a change',
    read: secret,
  },
  PASSWORD_PEPPER: {
    key: 'pepper',
    unset: 'none',
    help: 'secret that is mixed into password hashes; at least 32 bytes',
    read: secret,
  },
  PASSWORD_PEPPER_PREVIOUS: {
    key: 'pepperPrevious',
    unset: 'none',
    help: 'previous PASSWORD_PEPPER, during a change',
    read: secret,
  },
  PASSWORD_HASH: {
    key: 'passwordScheme',
    default: 'bcrypt',
    help: 'bcrypt or argon2id (19 MiB of memory for each hashing thread): how new passwords are hashed; others are hashed again at their next login. After a change, response times reveal which accounts exist, until each has logged in once',
    read: oneOf('bcrypt', 'argon2id'),
  },
  BCRYPT_COST: {
    key: 'bcryptCost',
    default: '12',
    help: 'cost of a password hash, 10 in the demo; each step doubles the time. After you lower it, response times reveal which accounts exist, until each has logged in once',
    read: integer(10, 16),
  },
  WORKERS: {
    key: 'workers',
    default: '1',
    help: 'processes that share the port, to use more cores',
    read: integer(1, 64),
  },
  HASH_THREADS: {
    key: 'hashThreads',
    unset: 'one per core, shared among the workers',
    help: 'threads that hash passwords, per worker; one of them pauses while the worker is busy with requests',
    read: integer(1, 256),
  },
  HASH_QUEUE: {
    key: 'hashQueue',
    unset: '16 per thread',
    help: 'logins that may wait for a thread, per worker. The places are shared out among networks (IPv4 /24, IPv6 /48), then names; a login without a place gets 503',
    read: integer(0, 100_000),
  },
  HASH_WAIT_SECONDS: {
    key: 'hashWaitMs',
    default: '5',
    help: 'seconds that a login may wait for a thread; one that would wait longer gets 503 at once',
    read: seconds(1, 600),
  },
  PASSWORD_MIN_LENGTH: {
    key: 'passwordMinLength',
    default: '15',
    help: 'minimum number of characters in a new password; guessable passwords are rejected at any length',
    read: integer(8, 1024),
  },
  REGISTRATION: {
    key: 'registration',
    default: 'closed',
    help: 'open or closed: whether anyone can register an account',
    read: oneOf('open', 'closed'),
  },
  LOGIN_WITH: {
    key: 'loginWithEmail',
    default: 'username',
    help: 'username, or username,email: whether a verified e-mail address can be given in place of a username; a username with @ then logs in no longer',
    read: choice([
      ['username', false],
      ['username,email', true],
    ]),
  },
  ACCOUNT_WRITES_PER_MINUTE: {
    key: 'accountWritesPerMinute',
    default: '60',
    help: 'changes of one account, its logins, and its refreshes, each per minute and worker on average; at most those of ten minutes at once; further ones get 429',
    read: integer(1, 1_000_000),
  },
  MAX_ITEMS_PER_ACCOUNT: {
    key: 'maxItemsPerAccount',
    default: '10000',
    help: 'items that an account can have',
    read: integer(0, 1_000_000),
  },
  MAX_SESSIONS_PER_ACCOUNT: {
    key: 'maxSessionsPerAccount',
    default: '1000',
    help: 'sessions that an account can have; one more login ends the oldest',
    read: integer(1, 10_000),
  },
  AUDIT_RETENTION_DAYS: {
    key: 'auditRetentionMs',
    default: '90',
    help: 'days that audit events are kept; as long as a session can last by default',
    read: days(1, 36_500),
  },
  INVALID_GRANT_STATUS: {
    key: 'invalidGrantStatus',
    default: '401',
    help: 'status for a wrong password: 401 (as in the tutorial) or 400 (RFC 6749 §5.2)',
    read: choice([
      ['401', 401],
      ['400', 400],
    ]),
  },
  LOGIN_MAX_FAILURES: {
    key: 'loginMaxFailures',
    default: '10',
    help: 'failed logins, with different passwords, for one username from one address (IPv6: /64), after which even the right password is rejected; a successful login resets the count. The other limits are multiples of this one. For one username: 2 times from one IPv4 /24 or IPv6 /48, 10 times from all addresses. For all usernames: 10 times from one address, 20 times from one /48, 160 times from one /24. To an address from which the user logged in within 30 days only the limits of one address apply. Also the limit of registration attempts from one address (2 times from one /48, 16 times from one /24), ten times as high for those with a guessable password. And the limit of requests for mails from one address, ten times as high for codes of mails',
    read: integer(1, 10_000),
  },
  LOGIN_FAILURE_WINDOW_SECONDS: {
    key: 'loginWindowMs',
    default: '900',
    help: 'seconds that failed logins and registration attempts count, from the first one',
    read: seconds(1, 86_400),
  },
  TRUST_PROXY: {
    key: 'trustProxy',
    default: '',
    unset: 'none',
    help: 'proxies whose X-Forwarded-For is trusted: addresses or subnets, separated by commas',
    read: list(isProxy, 'must be addresses or subnets: 192.0.2.1, 10.0.0.0/8'),
  },
  CORS_ORIGINS: {
    key: 'corsOrigins',
    default: '',
    unset: 'none',
    help: 'origins whose pages may call the server, separated by commas; the first label may be *: https://*.example.com',
    read: list(
      isOrigin,
      'must be origins: https://app.example.com, https://*.example.com, capacitor://localhost',
    ),
  },
  ...mailSettings,
  MAX_CONNECTIONS: {
    key: 'maxConnections',
    default: '1000',
    help: 'maximum number of open connections, per worker; one network (IPv4 /24, IPv6 /48) may have a quarter of them, the addresses in TRUST_PROXY any number. A further connection closes the least active one',
    read: integer(10, 1_000_000),
  },
  KEEP_ALIVE_SECONDS: {
    key: 'keepAliveMs',
    default: '65',
    help: 'seconds that an idle connection stays open; must be longer than the proxy keeps its idle connections open',
    read: seconds(1, 7200),
  },
  HSTS_SUBDOMAINS: {
    key: 'hstsSubdomains',
    default: 'off',
    help: 'on: tell browsers to use https for all subdomains of an https ISSUER',
    read: flag,
  },
  DRAIN_SECONDS: {
    key: 'drainMs',
    default: '0',
    help: 'seconds after SIGTERM in which the server still serves requests, while /readyz returns 503',
    read: seconds(0, 300),
  },
  CHECK_REPLIES: {
    key: 'checkReplies',
    default: 'off',
    help: 'check every response against the contract; on in the demo',
    read: flag,
  },
  METRICS_PORT: {
    key: 'metricsPort',
    unset: 'off',
    help: 'port on HOST for Prometheus, path /metrics; 0 picks a free one',
    read: integer(0, 65535),
  },
  LOG_LEVEL: {
    key: 'logLevel',
    default: 'info',
    help: 'lowest level that is logged: trace, debug, info, warn, error or silent',
    read: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  },
} as const satisfies Record<string, Setting>
