/** The networks of an address, for which failed logins and registrations are counted, and which share the hashing threads. */
import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** An IPv4 address, or the /64 of an IPv6 address, without the port that a proxy may add. All invalid addresses are one network. */
export function networkOf(text: string): string {
  const v4 = /^([\d.]+)(?::\d+)?$/.exec(text)?.[1]
  if (v4 && isIPv4(v4)) return v4
  const v6 = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? text
  const address = v6.replace(/%.*/, '')
  if (!isIPv6(address)) return 'no address'
  const normal = new SocketAddress({ address, family: 'ipv6' }).address
  const mapped = /^::ffff:([\d.]+)$/.exec(normal)?.[1]
  if (mapped) return mapped
  const [head = '', tail] = normal.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail?.split(':').filter(Boolean) ?? []
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}

/** The largest network that one customer usually has: the /24 of an IPv4 address, the /48 of an IPv6 address. */
export function siteOf(text: string): string {
  return networkOf(text)
    .replace(/\.\d+$/, '.0/24')
    .replace(/:[^:]+::\/64$/, '::/48')
}

/**
 * The limit of a site, as a multiple of that of one of its networks. An office has a /48 of its own, and twice the limit of an office with
 * one IPv4 address; the customers of a /24 do not know each other, so a few of its addresses must not exhaust the limit of all.
 */
export function siteFactor(site: string): number {
  return site.endsWith('/24') ? 16 : 2
}
