/** The settings of the server, one row each. A new setting is a new row. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { postgresUrlFault } from './postgres-url.ts'
import { type SigningAlg, signingAlgorithms } from './signing-algorithms.ts'
import { sqliteDatabase } from './sqlite-url.ts'

/** The longest life of an access token. */
export const maxAccessTokenMinutes = 1440

const integer = (min: number, max: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
/** In milliseconds. */
const seconds = (min: number, max: number) => integer(min, max).transform((count) => count * 1000)
const days = (min: number, max: number) =>
  integer(min, max).transform((count) => count * 86_400_000)
const flag = z
  .enum(['on', 'off'], { error: 'must be on or off' })
  .transform((value) => value === 'on')
const list = z.string().transform((value): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)
const issuer = z
  .url({ protocol: /^https?$/, error: 'must be a http or https URL' })
  .refine((url) => !/[?#]/.test(url), 'must have no query and no fragment (RFC 8414 §2)')

/** As browsers send it. `*` stands for one label, with at least two after it. URLs of app shells have no canonical form to compare with. */
function isOrigin(text: string): boolean {
  const url = text.replace(/^(https?:\/\/)\*(?=(\.[^.:/]+){2,}(:\d+)?$)/, '$1x')
  if (url.includes('*')) return false
  if (/^https?:/i.test(url)) return URL.canParse(url) && new URL(url).origin === url
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d+)?$/.test(url)
}

/** An address, a subnet such as `10.0.0.0/8`, or one of the names that Express has for subnets. */
function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [, address = '', bits = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? []
  const maxBits = { 4: 32, 6: 128 }[isIP(address)] ?? 0
  return Number(bits) >= 1 && Number(bits) <= maxBits
}

/** Public: the tutorial prints it. */
const tutorialKey = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'
const secret = z
  .string()
  .trim()
  .refine(
    (key) => Buffer.byteLength(key) >= 32,
    'must be at least 32 bytes: openssl rand -hex 32 generates one',
  )
  .refine(
    (key) => key !== tutorialKey,
    'is the key printed in the tutorial: openssl rand -hex 32 generates a new one',
  )

const algorithms = new Intl.ListFormat('en', { type: 'disjunction' }).format(
  Object.keys(signingAlgorithms),
)

export interface Setting {
  /** The property of `Config`, with the unit if it differs from the setting's. */
  readonly key: string
  readonly help: string
  readonly schema: z.ZodType
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
    schema: integer(0, 65535),
  },
  HOST: { key: 'host', default: '127.0.0.1', help: 'address to listen on', schema: z.string() },
  ISSUER: {
    key: 'issuer',
    unset: 'its own URL, if HOST is a loopback address',
    help: 'public URL of the server; the iss claim of its tokens',
    schema: issuer,
  },
  AUDIENCE: {
    key: 'audience',
    unset: 'ISSUER',
    help: 'aud claim of the tokens, a URL',
    schema: z.url({ error: 'must be a URL' }),
  },
  DATABASE_URL: {
    key: 'database',
    default: './tessera.db',
    help: 'SQLite file, or postgres://user:password@host/database',
    schema: database(),
  },
  DATABASE_CONNECTIONS: {
    key: 'databaseConnections',
    default: '10',
    help: 'maximum number of PostgreSQL connections, per worker',
    schema: integer(2, 1000),
  },
  ACCESS_TOKEN_EXPIRE_MINUTES: {
    key: 'accessTokenSeconds',
    default: '30',
    help: 'minutes until an access token expires',
    schema: integer(1, maxAccessTokenMinutes).transform((minutes) => minutes * 60),
  },
  REFRESH_TOKEN_IDLE_DAYS: {
    key: 'refreshIdleMs',
    default: '14',
    help: 'days without a refresh after which a session ends',
    schema: days(1, 3650),
  },
  REFRESH_TOKEN_MAX_DAYS: {
    key: 'refreshMaxMs',
    default: '90',
    help: 'days after which a session ends, even if it is refreshed',
    schema: days(1, 3650),
  },
  REFRESH_GRACE_SECONDS: {
    key: 'refreshGraceMs',
    default: '10',
    help: 'seconds in which a client may repeat a refresh whose response was lost; 0 disables this',
    schema: seconds(0, 300),
  },
  SIGNING_ALG: {
    key: 'signingAlg',
    default: 'RS256',
    help: `algorithm that signs tokens: ${algorithms}`,
    schema: z.custom<SigningAlg>(
      (name) => Object.hasOwn(signingAlgorithms, String(name)),
      `must be ${algorithms}`,
    ),
  },
  SECRET_KEY: {
    key: 'secretKey',
    unset: 'generated, stored in a file beside the database',
    help: 'encrypts the signing keys; at least 32 bytes',
    schema: secret,
  },
  SECRET_KEY_PREVIOUS: {
    key: 'secretKeyPrevious',
    unset: 'none',
    help: 'previous SECRET_KEY, during a change',
    schema: secret,
  },
  PASSWORD_PEPPER: {
    key: 'pepper',
    unset: 'none',
    help: 'secret that is mixed into password hashes; at least 32 bytes',
    schema: secret,
  },
  PASSWORD_PEPPER_PREVIOUS: {
    key: 'pepperPrevious',
    unset: 'none',
    help: 'previous PASSWORD_PEPPER, during a change',
    schema: secret,
  },
  BCRYPT_COST: {
    key: 'bcryptCost',
    default: '12',
    help: 'cost of a password hash, 10 in the demo; each step doubles the time. After you lower it, response times reveal which accounts exist, until each has logged in once',
    schema: integer(10, 16),
  },
  WORKERS: {
    key: 'workers',
    default: '1',
    help: 'processes that share the port, to use more cores',
    schema: integer(1, 64),
  },
  HASH_THREADS: {
    key: 'hashThreads',
    unset: 'one per core, shared among the workers',
    help: 'threads that hash passwords, per worker; one fewer while requests keep the worker busy',
    schema: integer(1, 256),
  },
  HASH_QUEUE: {
    key: 'hashQueue',
    unset: '16 per thread',
    help: 'logins that may wait for a thread, per worker; further ones get 503',
    schema: integer(0, 100_000),
  },
  PASSWORD_MIN_LENGTH: {
    key: 'passwordMinLength',
    default: '15',
    help: 'minimum number of characters in a new password; guessable passwords are rejected at any length',
    schema: integer(8, 1024),
  },
  REGISTRATION: {
    key: 'registration',
    default: 'closed',
    help: 'open or closed: whether anyone can register an account',
    schema: z.enum(['open', 'closed'], { error: 'must be open or closed' }),
  },
  AUDIT_RETENTION_DAYS: {
    key: 'auditRetentionMs',
    default: '365',
    help: 'days that audit events are kept',
    schema: days(1, 36_500),
  },
  INVALID_GRANT_STATUS: {
    key: 'invalidGrantStatus',
    default: '401',
    help: 'status for a wrong password: 401 (as in the tutorial) or 400 (RFC 6749 §5.2)',
    schema: z
      .enum(['401', '400'], { error: 'must be 401 or 400' })
      .transform((status) => (status === '400' ? 400 : 401)),
  },
  LOGIN_MAX_FAILURES: {
    key: 'loginMaxFailures',
    default: '10',
    help: 'failed logins per username and address, with different passwords, after which even the right password is rejected; a successful login resets the count. Ten times as many per username, and per address. Also the maximum number of registration attempts per address',
    schema: integer(1, 10_000),
  },
  LOGIN_FAILURE_WINDOW_SECONDS: {
    key: 'loginWindowMs',
    default: '900',
    help: 'seconds that failed logins and registration attempts count, from the first one',
    schema: seconds(1, 86_400),
  },
  TRUST_PROXY: {
    key: 'trustProxy',
    default: '',
    unset: 'none',
    help: 'proxies whose X-Forwarded-For is trusted: addresses or subnets, separated by commas',
    schema: list.refine(
      (proxies) => proxies.every(isProxy),
      'must be addresses or subnets: 192.0.2.1, 10.0.0.0/8',
    ),
  },
  CORS_ORIGINS: {
    key: 'corsOrigins',
    default: '',
    unset: 'none',
    help: 'origins whose pages may call the server, separated by commas; the first label may be *: https://*.example.com',
    schema: list.refine(
      (origins) => origins.every(isOrigin),
      'must be origins: https://app.example.com, https://*.example.com, capacitor://localhost',
    ),
  },
  KEEP_ALIVE_SECONDS: {
    key: 'keepAliveMs',
    default: '65',
    help: 'seconds that an idle connection stays open; must be more than the proxy keeps its own',
    schema: seconds(1, 7200),
  },
  HSTS_SUBDOMAINS: {
    key: 'hstsSubdomains',
    default: 'off',
    help: 'on if browsers may use all subdomains of an https ISSUER only over https',
    schema: flag,
  },
  DRAIN_SECONDS: {
    key: 'drainMs',
    default: '0',
    help: 'seconds to keep serving with /readyz failing after SIGTERM',
    schema: seconds(0, 300),
  },
  CHECK_REPLIES: {
    key: 'checkReplies',
    default: 'off',
    help: 'check every response against the contract; on in the demo',
    schema: flag,
  },
  METRICS_PORT: {
    key: 'metricsPort',
    unset: 'off',
    help: 'port on HOST for Prometheus, path /metrics; 0 picks a free one',
    schema: integer(0, 65535),
  },
  LOG_LEVEL: {
    key: 'logLevel',
    default: 'info',
    help: 'lowest level that is logged: trace, debug, info, warn, error or silent',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    }),
  },
} as const satisfies Record<string, Setting>

/** Error texts do not repeat the URL: it may contain a password. */
function database() {
  return z.string().transform((url, { addIssue }) => {
    const database = isPostgres(url)
      ? (postgresUrlFault(url) ?? ({ kind: 'postgres', url } as const))
      : sqliteDatabase(url)
    if (typeof database !== 'string') return database
    addIssue(database)
    return z.NEVER
  })
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:\/\//i.test(url)
}
