/** A real SMTP server for a test (`smtp-server`), on a free port of this machine. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './command.ts'
import { type ReceivedMail, receivedMail } from './received-mail.ts'

export interface MailServer {
  readonly port: number
  /** The accepted mails, with how they came. */
  readonly accepted: readonly AcceptedMail[]
  /** Breaks the connection of a session, or all. */
  drop(session?: Pick<SMTPServerSession, 'remotePort'>): void
  close(): Promise<void>
}

export interface AcceptedMail extends ReceivedMail {
  readonly from: string
  readonly recipients: readonly string[]
  readonly isSecure: boolean
  readonly user: string | undefined
}

/** Without options: no TLS, no authentication, accepts everything. `refuse` is called with each recipient. */
export async function mailServer(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
  const accepted: AcceptedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: options.key ? [] : ['STARTTLS'],
    logger: false,
    closeTimeout: 100,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        accepted.push(acceptedMail(Buffer.concat(chunks).toString(), session))
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  const sockets = new Set<Socket>()
  server.server.on('connection', (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)))
  })
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  onTestFinished(close)
  const drop: MailServer['drop'] = (session) => {
    for (const socket of sockets)
      if (!session || socket.remotePort === session.remotePort) socket.destroy()
  }
  return { port: (listening.address() as AddressInfo).port, accepted, drop, close }
}

function acceptedMail(raw: string, { envelope, secure, user }: SMTPServerSession): AcceptedMail {
  return {
    ...receivedMail(raw),
    from: envelope.mailFrom ? envelope.mailFrom.address : '',
    recipients: envelope.rcptTo.map(({ address }) => address),
    isSecure: secure,
    user: typeof user === 'string' ? user : undefined,
  }
}

/** An error that the server replies with. */
export function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

/** A certificate for 127.0.0.1 and localhost. */
export function certificate(): { readonly key: Buffer; readonly cert: Buffer } {
  const folder = temporaryFolder()
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync('openssl', ['req', ...made, ...names, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

/** Until the test has finished, the process trusts the certificate, as with NODE_EXTRA_CA_CERTS. */
export function trust(cert: Buffer): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, cert.toString()])
  onTestFinished(() => setDefaultCACertificates(before))
}
