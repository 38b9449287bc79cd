/** Runs Debian's Postfix, if it is installed and the test may start it (as root), with mailboxes of its own in a folder. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { freePort } from './embedded-postgres.ts'
import { certificate } from './mail-server.ts'
import { isListening } from './nginx.ts'
import { type ReceivedMail, receivedMail } from './received-mail.ts'

const executable = '/usr/sbin/postfix'
export const canRunPostfix = existsSync(executable) && process.getuid?.() === 0
/** Added to the titles of tests that are skipped without Postfix. */
export const missingPostfix = canRunPostfix
  ? ''
  : ` (skipped: there is no Postfix at ${executable}, or the tests do not run as root)`

export interface Postfix {
  readonly port: number
  /** Of its certificate, which no authority has signed. */
  readonly cert: Buffer
  /** The mails that it has put into the mailbox of this address. */
  mailsOf(address: string): readonly ReceivedMail[]
}

/** With a mailbox for each address, and none for others. STARTTLS is offered. Stopped when the test has finished. */
export async function startPostfix(addresses: readonly string[]): Promise<Postfix> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-postfix-'))
  const [config, mailboxes] = [join(folder, 'config'), join(folder, 'mailboxes')]
  const [nobody, port] = [65534, await freePort()]
  const { key, cert } = certificate()
  chmodSync(folder, 0o755)
  for (const each of [config, mailboxes, join(folder, 'queue')]) mkdirSync(each)
  mkdirSync(join(folder, 'data'))
  execFileSync('chown', ['postfix', join(folder, 'data')])
  chownSync(mailboxes, nobody, nobody)
  const boxes = addresses.map((address, at) => `${address} box${at}/\n`)
  const domains = addresses.map((address) => address.slice(address.lastIndexOf('@') + 1))
  writeFileSync(join(config, 'boxes'), boxes.join(''))
  writeFileSync(join(config, 'key'), key, { mode: 0o600 })
  writeFileSync(join(config, 'cert'), cert)
  writeFileSync(join(config, 'main.cf'), mainSettings(folder, [...new Set(domains)]))
  writeFileSync(join(config, 'master.cf'), services(port))
  const postfix = spawn(executable, ['-c', config, 'start-fg'], { stdio: 'ignore' })
  const ended = once(postfix, 'exit')
  onTestFinished(async () => {
    execFileSync(executable, ['-c', config, 'stop'], { stdio: 'ignore' })
    await ended
    rmSync(folder, { recursive: true })
  })
  while (!(await isListening(port))) {
    if (postfix.exitCode !== null) throw new Error(`Postfix ended with ${postfix.exitCode}`)
    await pause(50)
  }
  return {
    port,
    cert,
    mailsOf(address) {
      const box = join(mailboxes, `box${addresses.indexOf(address)}`, 'new')
      if (!existsSync(box)) return []
      return readdirSync(box).map((file) => receivedMail(readFileSync(join(box, file), 'utf8')))
    },
  }
}

const mainSettings = (folder: string, domains: readonly string[]) => `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file_prefixes = ${folder}
maillog_file = ${folder}/log
myhostname = localhost
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_recipient_maps =
alias_maps =
virtual_mailbox_domains = ${domains.join(' ')}
virtual_mailbox_maps = texthash:${folder}/config/boxes
virtual_mailbox_base = ${folder}/mailboxes
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_key_file = ${folder}/config/key
smtpd_tls_cert_file = ${folder}/config/cert
smtputf8_enable = yes
`

/** Of Debian's master.cf, what receives a mail and puts it into a mailbox. */
const services = (port: number) => `
127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
