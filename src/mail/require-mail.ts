/** Refuses what needs mail while the server sends none. */
import type { Config } from '../config/config.ts'
import { HttpError } from '../http-error.ts'

/** RFC 9110 §15.6.2. */
export class MailNotConfigured extends HttpError<501, 'mail_not_configured'> {
  constructor() {
    super(501, 'mail_not_configured', 'The server sends no mail')
  }
}

export function sendsMail({
  smtpServer,
  mailDir,
}: Pick<Config, 'smtpServer' | 'mailDir'>): boolean {
  return smtpServer !== undefined || mailDir !== undefined
}

/** Throws a `MailNotConfigured`. */
export function requireMail(config: Pick<Config, 'smtpServer' | 'mailDir'>): void {
  if (!sendsMail(config)) throw new MailNotConfigured()
}
