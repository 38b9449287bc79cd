/** Mail servers as SMTP_URL names them: `smtp://user:password@host:port?tls=off`, or `smtps://`. */
import { domainToASCII } from 'node:url'
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

/** Returns what is wrong with the URL as a string, which does not repeat it: it may contain a password. */
export function smtpServer(text: string): SmtpServer | string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const protocol = url?.protocol
  if (!url || (protocol !== 'smtp:' && protocol !== 'smtps:'))
    return 'must be smtp://user:password@host:port or smtps://…'
  const [user, pass, name] = [url.username, url.password, url.hostname].map(decoded)
  if (user === undefined || pass === undefined || name === undefined)
    return 'has a % that is not followed by two hexadecimal digits: percent-encode it as %25'
  const host = name.startsWith('[') ? name.slice(1, -1) : domainToASCII(name)
  if (host === '') return 'must name a host'
  if (url.port === '0') return 'must have a port of at least 1'
  if (!['', '/'].includes(url.pathname) || url.hash !== '')
    return 'must have no path: percent-encode / ? and # in the password'
  if ((user === '') !== (pass === '')) return 'must have both a user and a password, or none'
  const tls = tlsIn(url, protocol)
  if (!tls) return 'can have one parameter: tls=required, or tls=off for smtp://'
  return {
    host,
    port: Number(url.port) || ports[protocol],
    tls,
    auth: user === '' ? undefined : { user, pass },
  }
}

function tlsIn({ searchParams }: URL, protocol: keyof typeof ports): SmtpServer['tls'] | undefined {
  const [first, ...others] = [...searchParams]
  const [name = 'tls', value = 'default'] = first ?? []
  if (name !== 'tls' || others.length > 0) return undefined
  if (protocol === 'smtps:') return value === 'off' ? undefined : 'immediate'
  return (['required', 'off', 'default'] as const).find((each) => each === value)
}
