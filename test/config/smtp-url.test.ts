import { describe, expect, it } from 'vitest'
import { smtpServer } from '../../src/config/smtp-url.ts'

describe('SMTP_URL', () => {
  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, tls: 'default' }],
    ['smtps://mail.example.com/', { port: 465, tls: 'immediate' }],
    ['smtps://mail.example.com?tls=required', { tls: 'immediate' }],
    ['smtps://mail.example.com?tls=immediate', { tls: 'immediate' }],
    ['smtps://mail.example.com?tls', { tls: 'immediate' }],
    ['smtp://[::1]:25', { host: '::1', port: 25 }],
    ['smtp://bücher.example', { host: 'xn--bcher-kva.example' }],
    ['smtp://mail:1025?tls=off', { host: 'mail', port: 1025, tls: 'off', auth: undefined }],
    ['smtp://a%40b:p%2Fw@mail', { auth: { user: 'a@b', pass: 'p/w' } }],
  ])('%s is read [K58]', (url, server) => {
    expect(smtpServer(url)).toMatchObject(server)
  })

  it.each([
    ['mail.example.com', 'must be smtp://'],
    ['http://mail.example.com', 'must be smtp://'],
    ['smtp://', 'must name a host'],
    ['smtp://mail:0', 'must have a port of at least 1'],
    ['smtps://mail:0', 'must have a port of at least 1'],
    ['smtp://user@mail', 'must have both a user and a password'],
    ['smtp://user:100%@mail', 'percent-encode it as %25'],
    ['smtp://user:a/b@mail', 'must be smtp://'],
    ['smtp://mail/path', 'must have no path'],
    ['smtp://mail#x', 'must have no path'],
    ['smtp://mail?tls=maybe', 'can have one parameter'],
    ['smtp://mail?tls=off&pool=true', 'can have one parameter'],
    ['smtp://mail?ignoreTLS=true', 'can have one parameter'],
    ['smtps://mail?tls=off', 'can have one parameter'],
  ])('%s is refused, with what is wrong [K58]', (url, fault) => {
    expect(() => smtpServer(url)).toThrow(fault)
  })
})
