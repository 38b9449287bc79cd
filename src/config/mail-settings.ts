/** The settings of mails, one row each. */
import { z } from 'zod'
import { appUrl, mailbox, smtpUrl } from './setting-values.ts'

export const mailSettings = {
  SMTP_URL: {
    key: 'smtpServer',
    unset: 'no mail is sent',
    help: 'server that sends the mails: smtp://user:password@host:587, which must offer STARTTLS unless it is on this machine or ?tls=off follows, or smtps:// for TLS from the start',
    schema: smtpUrl,
  },
  MAIL_FROM: {
    key: 'mailFrom',
    unset: 'required with SMTP_URL',
    help: 'sender of the mails: no-reply@example.com, or a name with the address in angle brackets',
    schema: mailbox,
  },
  MAIL_DIR: {
    key: 'mailDir',
    unset: 'no mail is written',
    help: 'folder that gets a file per mail, instead of SMTP_URL: for development',
    schema: z.string().regex(/\S/, 'must name a folder'),
  },
  APP_URL: {
    key: 'appUrl',
    unset: 'mails have codes only',
    help: 'page or app to which the links of mails lead, with the proof in the fragment',
    schema: appUrl,
  },
} as const
