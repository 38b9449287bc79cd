/** Mails over SMTP, to a real server, and into a folder. */
import { once } from 'node:events'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Environment, readConfig } from '../../src/config/config.ts'
import {
  type MailNotSent,
  type MailTransport,
  type OutgoingMail,
  openTransport,
  type Timeouts,
} from '../../src/mail/transport.ts'
import { temporaryFolder } from '../harness/command.ts'
import { certificate, mailServer, smtpError, trust } from '../harness/mail-server.ts'
import { mailsIn } from '../harness/received-mail.ts'

const mail: OutgoingMail = {
  id: '019a0000-7000-8000-9000-000000000001',
  from: { name: 'Müller & Co', address: 'no-reply@example.com' },
  to: 'johndoe@example.com',
  subject: 'Grüße',
  text: 'Ein kurzer Text für Sie.\n',
  html: '<p>Ein kurzer Text für Sie.</p>\n',
  date: Date.UTC(2026, 0, 2, 3, 4, 5),
}

function open(settings: string | Environment, timeouts?: Timeouts): MailTransport {
  const smtp = { SMTP_URL: String(settings), MAIL_FROM: mail.from.address }
  const config = readConfig(typeof settings === 'string' ? smtp : settings)
  const transport = openTransport(config, timeouts)
  if (!transport) throw new Error('no mail is sent')
  onTestFinished(() => transport.close())
  return transport
}

const failure = (transport: MailTransport, to = mail.to): Promise<MailNotSent> =>
  transport.send({ ...mail, to }).then(
    () => {
      throw new Error('the mail was sent')
    },
    (error) => error,
  )

const usualReplies: Readonly<Record<string, string>> = {
  greeting: '220 mail.example.com\r\n',
  EHLO: '250-mail.example.com\r\n250 AUTH PLAIN\r\n',
  AUTH: '235 accepted\r\n',
  DATA: '354 go on\r\n',
}

/** A server that breaks the connection if the reply to a line is undefined. Returns its port. */
async function plainServer(
  replyTo: (line: string, recipient: string, usual: string) => string | undefined,
): Promise<number> {
  const server = createServer((socket) => {
    let [recipient, isData] = ['', false]
    const answer = (line: string) => {
      if (line.startsWith('RCPT')) recipient = line
      if (isData && line !== '.') return
      const [command = ''] = line.split(' ')
      isData = command === 'DATA'
      const reply = replyTo(line, recipient, usualReplies[command] ?? '250 OK\r\n')
      if (reply === undefined) socket.destroy()
      else socket.write(reply)
    }
    socket.on('error', () => {})
    socket.on('data', (text) => text.toString().trimEnd().split('\r\n').forEach(answer))
    answer('greeting')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('a mail over SMTP', () => {
  it('arrives as plain text and HTML, and names its id, its date, and that a program wrote it [K59]', async () => {
    const { port, accepted } = await mailServer()
    await open(`smtp://127.0.0.1:${port}`).send(mail)
    const [received] = accepted
    expect(received).toMatchObject({
      from: 'no-reply@example.com',
      recipients: ['johndoe@example.com'],
      subject: 'Grüße',
      text: mail.text,
      html: mail.html,
    })
    const header = (name: string) => received?.headers.get(name)
    expect(header('message-id')).toBe(`<${mail.id}@example.com>`)
    expect(header('date')).toBe('Fri, 02 Jan 2026 03:04:05 +0000')
    expect(header('auto-submitted')).toBe('auto-generated')
  })

  it.each([
    ['smtps://', { secure: true }],
    ['smtp://', { secure: false }],
  ])('is encrypted (%s), with a name and a password [K59]', async (scheme, options) => {
    const { key, cert } = certificate()
    trust(cert)
    const { port, accepted } = await mailServer({
      ...options,
      key,
      cert,
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        password === 'p@ss word' ? done(null, { user: username }) : done(smtpError(535, 'no')),
    })
    const tls = scheme === 'smtp://' ? '?tls=required' : ''
    await open(`${scheme}post:p%40ss%20word@127.0.0.1:${port}${tls}`).send(mail)
    expect(accepted).toMatchObject([{ isSecure: true, user: 'post' }])
    expect(await failure(open(`${scheme}post:wrong@127.0.0.1:${port}${tls}`))).toMatchObject({
      outcome: 'unavailable',
      message: expect.stringMatching(/^the mail server replied 535 to AUTH/),
    })
  })

  it.each(['smtps://', 'smtp://'])(
    'is not sent to a server with a certificate that nobody vouches for (%s) [K59]',
    async (scheme) => {
      const { port, accepted } = await mailServer({
        ...certificate(),
        secure: scheme === 'smtps://',
      })
      expect(await failure(open(`${scheme}127.0.0.1:${port}?tls=required`))).toMatchObject({
        outcome: 'unavailable',
        message: expect.stringContaining('self-signed'),
      })
      expect(accepted).toEqual([])
    },
  )

  it('is not sent without encryption, unless the server is on this machine or tls=off [K59]', async () => {
    const { port, accepted } = await mailServer()
    const { message } = await failure(open(`smtp://127.0.0.1:${port}?tls=required`))
    expect(message).toContain('STARTTLS')
    expect(accepted).toEqual([])
    await open(`smtp://127.0.0.1:${port}?tls=off`).send(mail)
    expect(accepted).toHaveLength(1)
  })

  it.each([
    ['encrypted, with any certificate, where the server offers STARTTLS', certificate, true],
    ['not encrypted where it does not', () => ({ disabledCommands: ['STARTTLS'] }), false],
  ])('is on this machine %s [K59]', async (_what, tls, isSecure) => {
    const { port, accepted } = await mailServer({
      ...tls(),
      authOptional: false,
      allowInsecureAuth: !isSecure,
      onAuth: ({ username }, _session, done) => done(null, { user: username }),
    })
    await open(`smtp://post:password@127.0.0.1:${port}`).send(mail)
    expect(accepted).toMatchObject([{ isSecure, user: 'post' }])
  })

  it('is refused for good if the recipient or the mail is, and otherwise for now, in words that quote no reply [K59]', async () => {
    const replies = [
      [smtpError(550, '5.1.1 no such user: johndoe'), 'refused', '550 5.1.1 to RCPT TO'],
      [
        smtpError(451, '4.7.1 greylisted, see https://example.com/johndoe'),
        'deferred',
        '451 4.7.1 to RCPT TO',
      ],
      [smtpError(554, '5.7.1 relay access denied'), 'deferred', '554 5.7.1 to RCPT TO'],
    ] as const
    for (const [reply, outcome, reason] of replies) {
      const { port } = await mailServer({ onRcptTo: (_address, _session, done) => done(reply) })
      const error = await failure(open(`smtp://127.0.0.1:${port}`))
      expect(error).toMatchObject({ outcome, message: `the mail server replied ${reason}` })
    }
    const { port } = await mailServer({
      onData: (stream, _session, done) => {
        stream.resume()
        stream.on('end', () => done(smtpError(554, '5.6.0 bad link https://app.example/#proof=x')))
      },
    })
    expect(await failure(open(`smtp://127.0.0.1:${port}`))).toMatchObject({
      outcome: 'refused',
      message: 'the mail server replied 554 5.6.0 to DATA',
    })
    const sender = await mailServer({
      onMailFrom: (_, _session, done) => done(smtpError(553, 'no')),
    })
    expect(await failure(open(`smtp://127.0.0.1:${sender.port}`))).toMatchObject({
      outcome: 'deferred',
    })
  })

  it.each([
    ['drops the connection', 'RCPT', undefined],
    ['hangs', 'RCPT', ''],
    ['closes with 421', 'RCPT', '421 4.3.2 closing\r\n'],
    ['drops the connection', 'DATA', undefined],
  ])(
    'is deferred if the server %s at %s, which says nothing of other mails [K59]',
    async (_what, command, reply) => {
      const port = await plainServer((line, to, usual) =>
        line.startsWith(command) && to.includes('slow') ? reply : usual,
      )
      const transport = open(`smtp://127.0.0.1:${port}`, { waitMs: 300, sendMs: 600 })
      expect(await failure(transport, 'x@slow.example')).toMatchObject({ outcome: 'deferred' })
      await transport.send(mail)
      // On a connection that has sent a mail.
      expect(await failure(transport, 'x@slow.example')).toMatchObject({ outcome: 'deferred' })
    },
  )

  it.each([
    ['drops the connection', undefined],
    ['hangs', ''],
    ['closes with 421', '421 4.3.2 closing\r\n'],
  ])(
    'shows that the server is unavailable if it %s before a login is accepted [K59]',
    async (_what, reply) => {
      for (const command of ['greeting', 'EHLO', 'AUTH']) {
        const port = await plainServer((line, _to, usual) =>
          line.startsWith(command) ? reply : usual,
        )
        const url = `smtp://post:secret@127.0.0.1:${port}`
        const error = await failure(open(url, { waitMs: 200, sendMs: 400 }))
        expect(error).toMatchObject({ outcome: 'unavailable' })
      }
    },
  )

  it('is not sent if the server drops the connection or is gone, and is when it is back [K59]', async () => {
    let drops = true
    const server = await mailServer({
      onMailFrom: (_address, _session, done) => (drops ? server.drop() : done()),
    })
    const { port, accepted, close } = server
    const transport = open(`smtp://127.0.0.1:${port}`)
    expect(await failure(transport)).toMatchObject({ outcome: 'deferred' })
    drops = false
    await transport.send(mail)
    expect(accepted).toHaveLength(1)
    await close()
    expect(await failure(transport)).toMatchObject({
      outcome: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('is sent once to a server that takes longer to accept it than to greet [K60]', async () => {
    let taken = 0
    const { port } = await mailServer({
      onData: (stream, _session, done) => {
        taken += 1
        stream.resume().on('end', () => setTimeout(done, 600))
      },
    })
    await open(`smtp://127.0.0.1:${port}`, { waitMs: 200, sendMs: 10_000 }).send(mail)
    expect(taken).toBe(1)
  })

  it.each([
    ['says nothing', '', ''],
    ['never comes to an end', '220 mail.example.com\r\n', '250-more\r\n'],
  ])('is given up if the server %s [K60]', async (_what, greeting, line) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.write(greeting)
      const dripping = setInterval(() => socket.write(line), 20)
      socket.on('close', () => clearInterval(dripping))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const transport = open(`smtp://127.0.0.1:${port}`, { waitMs: 200, sendMs: 600 })
    expect(await failure(transport)).toMatchObject({ outcome: 'unavailable' })
  })

  it('takes addresses with non-ASCII names and domains, and does not take a comma for two addresses [K59]', async () => {
    const { port, accepted } = await mailServer()
    const transport = open(`smtp://127.0.0.1:${port}`)
    await transport.send({ ...mail, to: 'josé@bücher.example' })
    await transport.send({ ...mail, to: 'jo@bücher.example' })
    await transport.send({ ...mail, to: '"a,b"@example.com' })
    // The server decodes the domains of recipients.
    expect(accepted.map(({ recipients, to }) => [...recipients, to])).toEqual([
      ['josé@bücher.example', 'josé@bücher.example'],
      ['jo@bücher.example', 'jo@xn--bcher-kva.example'],
      ['"a,b"@example.com', '<"a,b"@example.com>'],
    ])
  })
})

it('a mail of a sender with a non-ASCII domain has only ASCII headers [K59]', async () => {
  const folder = temporaryFolder()
  const from = { name: 'Bücher', address: 'no-reply@bücher.example' }
  await open({ MAIL_DIR: folder }).send({ ...mail, from })
  const [received] = mailsIn(folder)
  expect(received?.headers.get('message-id')).toBe(`<${mail.id}@xn--bcher-kva.example>`)
  expect(received?.raw.split('\r\n\r\n')[0]).toMatch(/^\p{ASCII}*$/u)
})

describe('a mail in a folder', () => {
  it('is a file that only its owner can read, and the same file if it is written twice [K59]', async () => {
    const folder = join(temporaryFolder(), 'mails')
    const transport = open({ MAIL_DIR: folder })
    await transport.send(mail)
    await transport.send(mail)
    await transport.send({ ...mail, id: `${mail.id}b` })
    expect(readdirSync(folder).sort()).toEqual([`${mail.id}.eml`, `${mail.id}b.eml`])
    expect(statSync(join(folder, `${mail.id}.eml`)).mode & 0o777).toBe(0o600)
    expect(mailsIn(folder)[0]).toMatchObject({ to: 'johndoe@example.com', text: mail.text })
  })

  it('fails with the reason if the folder cannot be written [K59]', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const transport = open({ MAIL_DIR: join(file, 'mails') })
    expect(await failure(transport)).toMatchObject({
      outcome: 'unavailable',
      message: expect.stringContaining('ENOTDIR'),
    })
  })
})
