/** The settings of mails, one row each. */
import { requireValue } from './invalid-value.ts'
import { appUrl, mailbox } from './setting-values.ts'
import { smtpServer } from './smtp-url.ts'

export const mailSettings = {
  SMTP_URL: {
    key: 'smtpServer',
    unset: 'no mail is sent',
    help: 'server that sends the mails: smtp://user:password@host:587, which must offer STARTTLS unless it is on this machine or ?tls=off follows, or smtps:// for TLS from the start',
    read: smtpServer,
  },
  MAIL_FROM: {
    key: 'mailFrom',
    unset: 'required with SMTP_URL',
    help: 'sender of the mails: no-reply@example.com, or a name with the address in angle brackets',
    read: mailbox,
  },
  MAIL_DIR: {
    key: 'mailDir',
    unset: 'no mail is written',
    help: 'folder that gets a file per mail, instead of SMTP_URL: for development',
    read: (folder: string) => {
      requireValue(folder.trim() !== '', 'must name a folder')
      return folder
    },
  },
  APP_URL: {
    key: 'appUrl',
    unset: 'mails have codes only',
    help: 'page or app to which the links of mails lead, with the proof in the fragment',
    read: appUrl,
  },
} as const
