/** Reads a `postgres://` URL as libpq does, with a list of hosts. `pg` knows one host, and ignores unknown parameters: a misspelled sslmode would disable TLS. */

/** The supported parameters, with their values if they are enumerable. Other timeouts and the encoding are set by the store. */
const parameters: Readonly<Record<string, readonly string[] | undefined>> = {
  host: undefined,
  port: undefined,
  user: undefined,
  password: undefined,
  application_name: undefined,
  connect_timeout: undefined,
  options: undefined,
  sslmode: ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'],
  sslrootcert: undefined,
  sslcert: undefined,
  sslkey: undefined,
  sslnegotiation: ['postgres', 'direct'],
  ssl: ['true'],
  target_session_attrs: ['any', 'read-write'],
  uselibpqcompat: ['true'],
}

export interface PostgresHosts {
  /** A URL for each host, in order, with the parameters that `pg` supports. */
  readonly urls: readonly string[]
  /** Whether a host that does not accept writes is skipped. */
  readonly mustAcceptWrites: boolean
  /** How long a host may take to accept a connection; undefined if the URL does not say. */
  readonly connectTimeoutMs: number | undefined
}

/** Whether a setting means PostgreSQL, in whatever form: as a SQLite file it would be an empty database whose name may contain a password. */
export function looksLikePostgres(text: string): boolean {
  return (
    /^['"\s]*(jdbc:)?postgres(ql)?(:|\/\/)/i.test(text) ||
    /\b(host|user|password|dbname)\s*=/i.test(text)
  )
}

/** Whether a text contains a password; if it is not a valid URL, whether it may. */
export function mayContainPassword(text: string): boolean {
  if (!looksLikePostgres(text)) return false
  const url = parse(text)
  if (typeof url !== 'string') return 'password' in url.values
  return /:(?!\/\/)[^@]+@|password\s*=/i.test(decoded(text) ?? text)
}

/** What is wrong with a URL, in words that do not repeat it: it may contain a password. */
export function postgresUrlFault(text: string): string | undefined {
  const url = parse(text)
  return typeof url === 'string' ? url : undefined
}

/** Throws if the URL has a fault. */
export function postgresHosts(text: string): PostgresHosts {
  const url = parse(text)
  if (typeof url === 'string') throw new Error(`the URL of the database ${url}`)
  const { target_session_attrs, connect_timeout, ...rest } = url.values
  return {
    urls: url.hosts.map(
      (host) => `postgres://${url.path}?${new URLSearchParams({ ...rest, ...host })}`,
    ),
    mustAcceptWrites: target_session_attrs === 'read-write',
    connectTimeoutMs: Number(connect_timeout ?? 0) * 1000 || undefined,
  }
}

type Values = Readonly<Record<string, string>>

interface ParsedUrl {
  /** Parameters of one host each: `host` and `port`, without those that are left to the environment. */
  readonly hosts: readonly Values[]
  /** With the slash. */
  readonly path: string
  /** All parameters, with the user and the password. */
  readonly values: Values
}

const formAdvice =
  'must be a file path, or a URL like postgres://user:password@host/database, without spaces or quotes around it'

const passwordAdvice =
  'must be a valid URL: percent-encode special characters in the password (/ is %2F, ? is %3F, # is %23, @ is %40, % is %25)'

/** Returns the fault as text. */
function parse(text: string): ParsedUrl | string {
  if (!/^postgres(ql)?:\/\//i.test(text)) return formAdvice
  // A `/`, `?` or `#` in a password ends the authority, and the @ is in what follows: then nothing matches.
  const [, authority, path = '/', query = ''] =
    /^postgres(?:ql)?:\/\/([^/?#]*)(\/[^?#@]*)?(?:\?([^#@]*))?$/i.exec(text) ?? []
  if (authority === undefined || decoded(path) === undefined) return passwordAdvice
  const at = authority.lastIndexOf('@')
  const login = loginOf(authority.slice(0, Math.max(at, 0)))
  if (!login) return passwordAdvice
  const values = { ...login, ...Object.fromEntries(new URLSearchParams(query)) }
  const fault = parameterFault(values)
  if (fault) return fault
  const hosts = hostsOf(authority.slice(at + 1), values)
  return typeof hosts === 'string' ? hosts : { hosts, path, values }
}

function loginOf(text: string): Values | undefined {
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? []
  const [name, secret] = [decoded(user), decoded(password)]
  if (name === undefined || secret === undefined) return undefined
  return { ...(name && { user: name }), ...(secret && { password: secret }) }
}

function parameterFault(values: Values): string | undefined {
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(parameters, name))
      return `has the unknown parameter ${name}: use ${Object.keys(parameters).join(', ')}`
    const known = parameters[name]
    if (known && !known.includes(value)) return `has an invalid ${name}: use ${known.join(', ')}`
  }
  if (!/^\d{0,6}$/.test(values.connect_timeout ?? ''))
    return 'has an invalid connect_timeout: use a number of seconds'
  return undefined
}

/** The list `host:port,host:port` of the authority; the parameters `host` and `port`, which are lists too, replace its hosts and its ports. */
function hostsOf(list: string, { host, port, target_session_attrs }: Values): Values[] | string {
  const listed = list
    .split(',')
    .map((each) => /^(?:\[([^[\]]+)\]|([^:[\]\s]*))(?::(.*))?$/.exec(each))
  const names = host
    ? host.split(',')
    : listed.map((each) => each && decoded(each[1] ?? each[2] ?? ''))
  const ports = port ? port.split(',') : listed.map((each) => each?.[3] ?? '')
  const unreadable = names.findIndex((name) => (names.length > 1 ? !name : name == null))
  if (unreadable !== -1)
    return `has an invalid host, number ${unreadable + 1} of its list: write host:port, with an IPv6 address in brackets`
  const invalid = ports.findIndex((each) => each !== '' && !isPort(each))
  if (invalid !== -1)
    return `has an invalid port, number ${invalid + 1} of its list: use a number from 1 to 65535`
  if (ports.length !== 1 && ports.length !== names.length)
    return `has ${names.length} hosts and ${ports.length} ports: give one port for all hosts, or one for each`
  if (names.length > 1 && target_session_attrs !== 'read-write')
    return 'has several hosts: add target_session_attrs=read-write, because the first one may be a standby'
  return names.map((name, n) => {
    const own = ports.length === 1 ? ports[0] : ports[n]
    return { ...(name && { host: name }), ...(own && { port: own }) }
  })
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
}

/** Undefined if a % does not begin an encoded character. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
