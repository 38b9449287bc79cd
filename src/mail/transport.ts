/** Hands mails to the server of SMTP_URL, or writes each as a file into MAIL_DIR. Nothing that a server replies is logged: it may quote a mail. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { type Config, isLoopback } from '../config/config.ts'
import type { Mailbox } from '../config/setting-values.ts'
import type { SmtpServer } from '../config/smtp-url.ts'
import type { UnixMs } from '../store/schema.ts'

export interface OutgoingMail {
  /** The same each time that the mail is sent, so that a copy can be recognized. Fits into the name of a file. */
  readonly id: string
  readonly from: Mailbox
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly date: UnixMs
}

export interface MailTransport {
  /** Resolves when the mail server has accepted the mail, or the file is written. Throws a `MailNotSent`. */
  send(mail: OutgoingMail): Promise<void>
  /** Ends what is being sent. */
  close(): void
}

export class MailNotSent extends Error {
  override readonly name = 'MailNotSent'
  /**
   * `refused`: this mail is, and would be again; `deferred`: this mail is, for now; `unavailable`: no mail is taken from us, because the
   * mail server cannot be reached, does not greet, or refuses TLS or the login.
   */
  readonly outcome: 'refused' | 'deferred' | 'unavailable'

  constructor(reason: string, outcome: MailNotSent['outcome'] = 'unavailable') {
    super(reason)
    this.outcome = outcome
  }
}

export interface Timeouts {
  /** For the connection, and for the greeting. */
  readonly waitMs: number
  /**
   * For all of an attempt: a server that takes long to accept a mail has it, and would get it again (RFC 5321 §4.5.3.2.6). Also with a server
   * that replies a byte now and then.
   */
  readonly sendMs: number
}

export const defaultTimeouts: Timeouts = { waitMs: 30_000, sendMs: 120_000 }

/** How many mails are sent at a time. */
export const maxConcurrent = 5

/** Undefined if the settings name no server and no folder. */
export function openTransport(
  { smtpServer, mailDir }: Pick<Config, 'smtpServer' | 'mailDir'>,
  timeouts = defaultTimeouts,
): MailTransport | undefined {
  if (smtpServer) return smtpTransport(smtpServer, timeouts)
  return mailDir === undefined ? undefined : folderTransport(mailDir)
}

function smtpTransport(
  { host, port, tls, auth }: SmtpServer,
  { waitMs, sendMs }: Timeouts,
): MailTransport {
  const isHere = tls === 'default' && isLoopback(host)
  const inSession = new Set<string>()
  const pool = createTransport({
    pool: true,
    logger: sessionLog(inSession),
    host,
    port,
    secure: tls === 'immediate',
    requireTLS: tls === 'required' || (tls === 'default' && !isHere),
    ignoreTLS: tls === 'off',
    // Servers want it before AUTH. Their certificates are not for this address, and nobody reads in between.
    ...(isHere && { opportunisticTLS: true, tls: { rejectUnauthorized: false } }),
    ...(auth && { auth: { ...auth } }),
    maxConnections: maxConcurrent,
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: sendMs,
    dnsTimeout: waitMs,
  })
  return {
    async send(mail) {
      try {
        await pool.sendMail({ ...messageOf(mail), signal: AbortSignal.timeout(sendMs) })
      } catch (error) {
        throw notSent(error, inSession.has(messageIdOf(mail)))
      } finally {
        inSession.delete(messageIdOf(mail))
      }
    },
    close: () => pool.close({ force: true }),
  }
}

function folderTransport(folder: string): MailTransport {
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    async send(mail) {
      const file = join(folder, `${mail.id}.eml`)
      try {
        const { message } = await writer.sendMail(messageOf(mail))
        await mkdir(folder, { recursive: true, mode: 0o700 })
        // A reader of the folder finds whole mails only.
        await writeFile(`${file}.part`, message, { mode: 0o600 })
        await rename(`${file}.part`, file)
      } catch (error) {
        throw notSent(error, false)
      }
    },
    close: () => {},
  }
}

interface LogEntry {
  readonly tnx?: string
  readonly action?: string
  readonly messageId?: string
}

/**
 * Keeps the ids of the mails that are in a session: the mail server has greeted us and accepted the login. What fails before is not
 * about the mail, and what fails then may be. nodemailer says in its log only how far it came.
 */
function sessionLog(inSession: Set<string>) {
  return {
    // Gets the entries of all levels.
    info({ tnx, action, messageId = '' }: LogEntry) {
      const id = messageId.replace(/[<>]/g, '')
      if (tnx === 'send') inSession.add(id)
      // To a connection, maybe a new one after one that was closed.
      else if (action === 'assign') inSession.delete(id)
    },
  }
}

const messageIdOf = ({ id, from }: OutgoingMail) => `${id}@${domainOf(from.address)}`

function messageOf(mail: OutgoingMail): SendMailOptions {
  const { from, to, subject, text, html, date } = mail
  return {
    messageId: `<${messageIdOf(mail)}>`,
    date: new Date(date),
    from,
    // An object is not parsed: a comma in an address does not make two.
    to: { name: '', address: to },
    subject,
    text,
    html,
    // RFC 3834 §5: automatic responders do not reply to it.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

const domainOf = (address: string) => domainToASCII(address.slice(address.lastIndexOf('@') + 1))

interface SendError extends Error {
  readonly code?: string
  readonly command?: string
  readonly response?: string
  readonly responseCode?: number
  readonly permanent?: boolean
}

/** What refuses a recipient or the mail itself. A refused sender may be a fault of the settings, which may be corrected. */
const ofTheMail = ['RCPT TO', 'DATA']
/** So is a refusal by the policy of the mail server (RFC 3463 §3.8), such as "relay access denied", but not of each mail. */
const ofPolicy = '5.7.'

function notSent(error: unknown, isInSession: boolean): MailNotSent {
  const forNow = isInSession ? 'deferred' : 'unavailable'
  if (!(error instanceof Error)) return new MailNotSent(String(error))
  const { command = '', code, response, responseCode, permanent, message }: SendError = error
  // nodemailer itself refuses the address, in words that repeat it.
  if (response === undefined && code === 'EENVELOPE')
    return new MailNotSent('the address cannot be used', 'refused')
  if (response === undefined) return new MailNotSent(message, forNow)
  const [enhanced = ''] = /(?<=^\d{3}[ -])[245]\.\d{1,3}\.\d{1,3}\b/.exec(response) ?? []
  const reply = [responseCode, enhanced].filter(Boolean).join(' ')
  const refused = permanent && !enhanced.startsWith(ofPolicy) ? 'refused' : 'deferred'
  return new MailNotSent(
    `the mail server replied ${reply} to ${command}`,
    ofTheMail.includes(command) ? refused : forNow,
  )
}
