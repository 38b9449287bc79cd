/** The mails of the demo: a forgotten password is replaced with what the terminal and `/mails` show. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { MailedProof } from '../../generated/api.ts'
import { callAs, jsonOf } from '../harness/call.ts'
import { listening, temporaryFolder } from '../harness/command.ts'
import { mailsIn } from '../harness/received-mail.ts'
import { testServer } from '../harness/test-server.ts'

const urlIn = (out: string) => /^listening on (\S+)$/m.exec(out)?.[1] ?? ''
const password = 'a password that is long enough'

const statusOf = async (url: string, secret: string) => {
  const body = new URLSearchParams({ username: 'johndoe', password: secret })
  return (await fetch(`${url}/token`, { method: 'POST', body })).status
}

describe('tessera demo', () => {
  it('prints its mails, and shows them at /mails, with links to a form there [K85]', async () => {
    const demo = await listening(['demo'], { settings: { PORT: '0' } })
    const url = urlIn(demo.out())
    expect(demo.out()).toContain(`${url}/mails\n`)
    const call = callAs({ url })
    const asked = await jsonOf<MailedProof>(
      call('POST', '/password-resets', { username: 'johndoe' }),
    )
    await expect.poll(demo.out).toMatch(/── mail to johndoe@example\.com: .* ──\n[\s\S]*until/)
    const page = await fetch(`${url}/mails`)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const html = await page.text()
    const [, link = ''] = /<a href="([^"]*)">/.exec(html) ?? []
    expect(link).toMatch(`${url}/mails#action=reset_password&amp;request_id=${asked.request_id}`)
    expect((await fetch(`${url}/mails.js`)).status).toBe(200)
    const [code = ''] = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(demo.out()) ?? []
    expect(html).toContain(code)
    const used = { request_id: asked.request_id, proof: code, new_password: password }
    expect((await call('POST', '/password-resets/completion', used)).status).toBe(204)
    expect(await Promise.all([statusOf(url, password), statusOf(url, 'secret123')])).toEqual([
      200, 401,
    ])
    await demo.end('SIGTERM')
    const server = await testServer({ settings: { MAIL_DIR: temporaryFolder() } })
    for (const path of ['/mails', '/mails.js']) expect((await server.get(path)).status).toBe(404)
    await server.stop()
  })

  it('prints a line if a limit drops a mail [K85]', async () => {
    const demo = await listening(['demo'], { settings: { PORT: '0' } })
    const call = callAs({ url: urlIn(demo.out()) })
    for (let n = 0; n < 4; n++) await call('POST', '/password-resets', { username: 'admin' })
    await expect.poll(demo.out).toContain('"mail":"password_reset"')
    expect(demo.out()).toContain('a mail is dropped: too many in an hour')
    await demo.end('SIGTERM')
  })

  it('keeps its mails beside a database that it keeps; the links lead to APP_URL if it is set [K85]', async () => {
    const file = join(temporaryFolder(), 'dev.db')
    const settings = { PORT: '0', APP_URL: 'http://127.0.0.1:3000/account' }
    const demo = await listening(['demo', '--keep', file], { settings })
    await callAs({ url: urlIn(demo.out()) })('POST', '/password-resets', { username: 'admin' })
    const folder = `${file}.mails`
    await expect.poll(() => existsSync(folder) && mailsIn(folder).length).toBe(1)
    await demo.end('SIGTERM')
    const [mail] = mailsIn(folder)
    expect(mail?.text).toContain('http://127.0.0.1:3000/account#action=reset_password&')
  })
})
