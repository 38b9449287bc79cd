/** The sites for Caddy and nginx keep the promises that the server relies on. */
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { deployed } from './files.ts'

describe('the sites', () => {
  it.each([
    ['nginx.conf', /^ {2}keepalive_timeout (\d+)s;$/m],
    ['Caddyfile', /^\t{3}keepalive (\d+)s$/m],
  ])('close idle connections well before the server does (%s)', (site, pattern) => {
    const [, seconds = 'none'] = pattern.exec(deployed(site)) ?? []
    expect(Number(seconds) * 1000).toBeLessThan(readConfig({}).keepAliveMs - 10_000)
    const [, drain = 'none'] = /^DRAIN_SECONDS=(\d+)$/m.exec(deployed('README.md')) ?? []
    expect(Number(seconds)).toBeLessThan(Number(drain))
  })
})
