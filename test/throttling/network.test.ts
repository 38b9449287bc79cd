/** The networks for which failed logins and registrations are counted. */
import { describe, expect, it } from 'vitest'
import { networkOf, siteFactor, siteOf } from '../../src/throttling/network.ts'

describe('the network of an address [H4]', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:8080', '192.0.2.1'],
    ['192.0.2.1:65535', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['[::ffff:c000:201]:443', '192.0.2.1'],
    ['0:0:0:0:0:FFFF:0808:0808', '8.8.8.8'],
  ])('is the address itself in IPv4: %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::6]', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::6]:8080', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:3::192.0.2.1', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['1::2:3:4:5:6', '1:0:0:2::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::192.0.2.1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['[fe80::1%eth0]:80', 'fe80:0:0:0::/64'],
  ])('is the /64 in IPv6: %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it.each([
    '',
    'unknown',
    '192.0.2.256',
    '192.0.02.1',
    '192.0.2.1:',
    '192.0.2.1:http',
    '192.0.2.1:80x',
    'x192.0.2.1',
    'x[2001:db8::1]',
    '[2001:db8::1',
    '[2001:db8::1]:80x',
    '2001:db8:::1',
  ])('is the same for all invalid addresses: %j', (text) => {
    expect(networkOf(text)).toBe('no address')
  })
})

describe('the site of an address [H4]', () => {
  it.each([
    ['192.0.2.1', '192.0.2.0/24', 16],
    ['192.0.2.255:8080', '192.0.2.0/24', 16],
    ['::ffff:192.0.2.1', '192.0.2.0/24', 16],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48', 2],
    ['[2001:db8::2400]:443', '2001:db8:0::/48', 2],
    ['unknown', 'no address', 2],
  ])('of %s is %s, with %d times the limit', (address, site, factor) => {
    expect(siteOf(address)).toBe(site)
    expect(siteFactor(site)).toBe(factor)
  })
})
