/** The whole recovery of an account, through a real mail server: what a client does and what its user reads. */
import { expect, it, onTestFinished } from 'vitest'
import { addAccount, changeAccount, defaultPassword } from '../harness/accounts.ts'
import { callAs, jsonOf } from '../harness/call.ts'
import { mailServer } from '../harness/mail-server.ts'
import { testServer } from '../harness/test-server.ts'

const newPassword = 'a new password that is long enough'

it.each(['link', 'code'] as const)(
  'a forgotten password is replaced by the %s of a mail, which nobody else gets [K60, K66, K67]',
  async (form) => {
    const post = await mailServer()
    const server = await testServer({
      settings: {
        SMTP_URL: `smtp://127.0.0.1:${post.port}`,
        MAIL_FROM: 'Example <no-reply@example.com>',
        APP_URL: 'https://app.example.com/account',
      },
    })
    onTestFinished(() => server.stop())
    await addAccount(server, { username: 'ada' })
    await changeAccount(server, 'ada', {
      email: 'ada@example.com',
      emailVerified: true,
      locale: 'de',
    })

    const call = callAs(server)
    const asked = await call('POST', '/password-resets', { username: 'Ada@Example.com' })
    const { request_id } = await jsonOf<{ request_id: string }>(asked)
    const unknown = await call('POST', '/password-resets', { username: 'nobody@example.com' })
    expect([asked.status, unknown.status]).toEqual([202, 202])

    const { store } = server.services
    await expect.poll(() => store.mails.count(10)).toBe(0)
    const [mail, ...others] = post.accepted
    expect(others).toEqual([])
    expect(mail).toMatchObject({
      recipients: ['ada@example.com'],
      subject: 'Neues Passwort für Example',
      link: { action: 'reset_password', request_id },
    })

    const proof = form === 'link' ? mail?.link.proof : mail?.code
    const use = { request_id, proof, new_password: newPassword }
    const done = await call('POST', '/password-resets/completion', use)
    expect(done.status).toBe(204)
    const login = async (password: string) =>
      (await server.login({ username: 'ada', password })).status
    expect([await login(defaultPassword), await login(newPassword)]).toEqual([401, 200])
    expect((await call('POST', '/password-resets/completion', use)).status).toBe(403)
  },
)
