import { describe, expect, it } from 'vitest'
import { agentKey, agentName } from '../../src/mail/user-agent.ts'

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'

describe('the name of a program', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [`${windows} Chrome/138.0.0.0 Safari/537.36`, 'Chrome on Windows'],
    [`${windows} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0`, 'Edge on Windows'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    ['curl/8.14.1', 'curl'],
    ['node', 'Node.js'],
    ['Your bank: call +1 555 0100', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('is made of what is known: %s [K82]', (header, name) => {
    expect(agentName(header)).toBe(name)
  })
})

describe('the key of a program', () => {
  it('is that of its versions, and of no other program [K82]', () => {
    expect(agentKey('curl/8.14.1')).toBe(agentKey('curl/7.1'))
    expect(agentKey('MyApp/1.0 (build 7)')).toBe(agentKey('MyApp/2.3'))
    const keys = ['MyApp/1.0', 'OtherApp/1.0', 'curl/8', undefined].map(agentKey)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
