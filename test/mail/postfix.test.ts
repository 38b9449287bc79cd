/** Mails through Debian's Postfix: what an operator has, rather than what a library accepts. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { newId } from '../../src/keys/secrets.ts'
import { addAccount, changeAccount } from '../harness/accounts.ts'
import { trust } from '../harness/mail-server.ts'
import { canRunPostfix, missingPostfix, startPostfix } from '../harness/postfix.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

async function sendingBy(port: number, query = ''): Promise<TestServer> {
  const settings = {
    SMTP_URL: `smtp://127.0.0.1:${port}${query}`,
    MAIL_FROM: 'Example <no-reply@example.com>',
    APP_URL: 'https://app.example.com/account',
  }
  const server = await testServer({ settings })
  onTestFinished(() => server.stop())
  return server
}

/** Asks for a new password of a new account with this verified address. */
async function askFor(server: TestServer, email: string): Promise<string> {
  const { store, now } = server.services
  const username = newId('name')
  const userId = await addAccount(server, { username })
  await changeAccount(server, username, { email, emailVerified: true })
  const proofId = newId('pr')
  await store.mails.add({ kind: 'reset_request', proofId, name: email, requestedAt: now() }, now())
  await expect.poll(() => store.mails.count(1)).toBe(0)
  return userId
}

describe.skipIf(!canRunPostfix)(`a mail by Postfix${missingPostfix}`, () => {
  it('is in the mailbox, sent over STARTTLS [K63]', async () => {
    const post = await startPostfix(['jd@example.com'])
    trust(post.cert)
    await askFor(await sendingBy(post.port, '?tls=required'), 'jd@example.com')
    await expect.poll(() => post.mailsOf('jd@example.com')).toHaveLength(1)
    const [mail] = post.mailsOf('jd@example.com')
    expect(mail).toMatchObject({
      subject: 'Set a new password for Example',
      to: 'jd@example.com',
      link: { action: 'reset_password', proof: expect.stringMatching(/^[\w-]{43}$/) },
    })
    expect(mail?.text).toContain(mail?.code)
    expect(mail?.headers.get('received')).toContain(' with ESMTPS ')
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
  })

  it('arrives at addresses with non-ASCII names and domains [K63]', async () => {
    const addresses = ['josé@example.com', 'jo@xn--bcher-kva.example']
    const post = await startPostfix(addresses)
    const server = await sendingBy(post.port)
    await askFor(server, 'josé@example.com')
    await askFor(server, 'jo@bücher.example')
    for (const address of addresses) {
      await expect.poll(() => post.mailsOf(address), { message: address }).toHaveLength(1)
      expect(post.mailsOf(address)[0]?.to).toBe(address)
    }
  })

  it('is not sent to a mailbox that does not exist: an event has its code [K63]', async () => {
    const post = await startPostfix(['jd@example.com'])
    const server = await sendingBy(post.port)
    const userId = await askFor(server, 'nobody@example.com')
    const { auditEvents } = server.services.store
    expect(await auditEvents.list({ kind: 'mail_not_sent', limit: 10 })).toMatchObject([
      { userId, detail: 'password_reset: the mail server replied 550 5.1.1 to RCPT TO' },
    ])
  })
})
