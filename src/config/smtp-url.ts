/** Mail servers as SMTP_URL names them: `smtp://user:password@host:port?tls=off`, or `smtps://`. */
import { domainToASCII } from 'node:url'
import { InvalidValue, requireValue } from './invalid-value.ts'
import { decoded } from './postgres-url.ts'

export interface SmtpServer {
  readonly host: string
  readonly port: number
  /**
   * `immediate`: from the first byte; `required`: the server must offer STARTTLS; `default`: `required`, but for a loopback address only if
   * the server offers it, with any certificate.
   */
  readonly tls: 'immediate' | 'required' | 'off' | 'default'
  readonly auth: { readonly user: string; readonly pass: string } | undefined
}

/** The port of submissions (RFC 6409 §3.1), and of those with TLS from the first byte (RFC 8314 §3.3). */
const ports = { 'smtp:': 587, 'smtps:': 465 } as const

/** Messages do not repeat the URL: it may contain a password. */
export function smtpServer(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const protocol = url?.protocol
  if (!url || (protocol !== 'smtp:' && protocol !== 'smtps:'))
    throw new InvalidValue('must be smtp://user:password@host:port or smtps://…')
  const [user, pass, name] = [url.username, url.password, url.hostname].map(decoded)
  if (user === undefined || pass === undefined || name === undefined)
    throw new InvalidValue(
      'has a % that is not followed by two hexadecimal digits: percent-encode it as %25',
    )
  const host = name.startsWith('[') ? name.slice(1, -1) : domainToASCII(name)
  requireValue(host !== '', 'must name a host')
  requireValue(url.port !== '0', 'must have a port of at least 1')
  requireValue(
    ['', '/'].includes(url.pathname) && url.hash === '',
    'must have no path: percent-encode / ? and # in the password',
  )
  requireValue((user === '') === (pass === ''), 'must have both a user and a password, or none')
  return {
    host,
    port: Number(url.port) || ports[protocol],
    tls: tlsIn(url, protocol),
    auth: user === '' ? undefined : { user, pass },
  }
}

function tlsIn({ searchParams }: URL, protocol: keyof typeof ports): SmtpServer['tls'] {
  const [[name, value] = ['tls', 'default'], ...others] = [...searchParams]
  const fault = 'can have one parameter: tls=required, or tls=off for smtp://'
  requireValue(name === 'tls' && others.length === 0, fault)
  if (protocol === 'smtps:') {
    requireValue(value !== 'off', fault)
    return 'immediate'
  }
  const tls = (['required', 'off', 'default'] as const).find((each) => each === value)
  if (tls === undefined) throw new InvalidValue(fault)
  return tls
}
