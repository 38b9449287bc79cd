/** Refuses what needs mail while the server sends none. */
import type { Contract } from '#contract'
import type { Config } from '../config/config.ts'
import { HttpError } from '../http-error.ts'

/** 501: the server lacks what the request needs (RFC 9110 §15.6.2). */
export class MailNotConfigured extends HttpError<501, 'mail_not_configured'> {
  constructor() {
    super(501, 'mail_not_configured', 'The server sends no mail')
  }
}

type MailConfig = Pick<Config, 'smtpServer' | 'mailDir'>

export function sendsMail({ smtpServer, mailDir }: MailConfig): boolean {
  return smtpServer !== undefined || mailDir !== undefined
}

type ProofOperation = 'changeEmail' | 'confirmEmail' | 'restoreEmail'

/** Whether mails are sent whose proofs this operation takes or sends. A contract that is built on ours may lack it. */
export function offers(
  { config, contract }: { readonly config: MailConfig; readonly contract: Contract },
  operation: ProofOperation,
): boolean {
  return sendsMail(config) && Object.hasOwn(contract.operations, operation)
}

/** Throws a `MailNotConfigured`. */
export function requireMail(config: MailConfig): void {
  if (!sendsMail(config)) throw new MailNotConfigured()
}
