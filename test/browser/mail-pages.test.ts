/** The pages for mails in a browser, that of a project of `tessera new` and that of the demo: a forgotten password, from the request to the login. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenResponse, User } from '../../generated/api.ts'
import {
  type Browser,
  browser,
  hasBrowser,
  missingBrowser,
  type WatchedPage,
} from '../harness/browser.ts'
import { callAs, jsonOf } from '../harness/call.ts'
import { listening } from '../harness/command.ts'
import { type LinkedProject, linkedProject } from '../harness/linked-project.ts'
import { mailsIn, type ReceivedMail } from '../harness/received-mail.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

const password = 'a password that is long enough'

/** Its number is part of APP_URL. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await server[Symbol.asyncDispose]()
  return port
}

const logInAt = async (url: string, username: string, secret: string) => {
  const body = new URLSearchParams({ username, password: secret })
  return (await fetch(`${url}/token`, { method: 'POST', body })).status
}

describe.skipIf(!hasBrowser)(`a page for mails in a browser${missingBrowser}`, () => {
  let project: LinkedProject
  let chromium: Browser
  beforeAll(async () => {
    project = linkedProject()
    await project.generate()
    chromium = await browser()
  })
  afterAll(async () => {
    await chromium?.close()
    project?.[Symbol.dispose]()
  })

  async function projectServer() {
    const MAIL_DIR = volatileFolder('mails-')
    const PORT = String(await freePort())
    const url = `http://127.0.0.1:${PORT}`
    const settings = { PORT, MAIL_DIR, APP_URL: `${url}/account` }
    await listening(['demo'], { settings, project: project.folder, program: 'src/main.ts' })
    const logIn = (username: string, secret: string) => logInAt(url, username, secret)
    return { url, folder: MAIL_DIR, logIn }
  }

  async function mailIn(folder: string): Promise<ReceivedMail> {
    await expect.poll(() => mailsIn(folder)).toHaveLength(1)
    const [mail] = mailsIn(folder)
    if (!mail) throw new Error('the mail is gone')
    return mail
  }

  async function request(account: WatchedPage, username: string): Promise<void> {
    await account.page.getByLabel('Username or e-mail address').fill(username)
    await account.page.getByRole('button', { name: 'Send me a mail' }).click()
    await account.page.getByText('If there is such an account').waitFor()
  }

  async function complete({ page }: WatchedPage): Promise<void> {
    await page.getByLabel('New password').fill(password)
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('Done.').waitFor()
  }

  it('sets a new password with the link of the mail [K64, N19]', async () => {
    const { url, folder, logIn } = await projectServer()
    const asking = await chromium.open(`${url}/account`)
    await request(asking, 'johndoe@example.com')
    const { text } = await mailIn(folder)
    const [link = ''] = /http:\S+/.exec(text) ?? []
    expect(link).toContain(`${url}/account#action=reset_password`)
    const opened = await chromium.open(link)
    expect(await opened.page.getByLabel('Code in the mail').isVisible()).toBe(false)
    // The proof is in the mail only.
    expect(opened.page.url()).toBe(`${url}/account`)
    await complete(opened)
    expect(await logIn('johndoe', password)).toBe(200)
    expect(await logIn('johndoe', 'secret123')).toBe(401)
    expect([...asking.faults(), ...opened.faults()]).toEqual([])
  })

  it('sets a new password with the code of the mail, and tells what is wrong [K64, N19]', async () => {
    const { url, folder, logIn } = await projectServer()
    const account = await chromium.open(`${url}/account`)
    await request(account, 'johndoe')
    const { code = '' } = await mailIn(folder)
    await account.page.getByLabel('Code in the mail').fill(code.toLowerCase())
    await account.page.getByLabel('New password').fill('too short')
    await account.page.getByRole('button', { name: 'Set the password' }).click()
    await account.page.getByText('The password must have at least 15 characters').waitFor()
    await complete(account)
    expect(await logIn('johndoe', password)).toBe(200)
  })

  it('confirms a new e-mail address with the link of the mail [K74, N19]', async () => {
    const { url, folder } = await projectServer()
    const body = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
    const login = await jsonOf<TokenResponse>(fetch(`${url}/token`, { method: 'POST', body }))
    const call = callAs({ url }, login.access_token)
    const change = { email: 'john@example.com', current_password: 'secret123' }
    expect((await call('PUT', '/users/me/email', change)).status).toBe(202)
    const { link } = await mailIn(folder)
    expect(link.action).toBe('confirm_email')
    const opened = await chromium.open(`${url}/account#${new URLSearchParams(link)}`)
    await opened.page.getByRole('button', { name: 'Confirm' }).click()
    await opened.page.getByText('Done.').waitFor()
    const account = await jsonOf<User>(call('GET', '/users/me'))
    expect(account).toMatchObject({ email: 'john@example.com', email_verified: true })
    expect(opened.faults()).toEqual([])
  })

  it('of the demo, sets a new password with the link of the mail [K85]', async () => {
    const demo = await listening(['demo'], { settings: { PORT: '0' } })
    const url = /^listening on (\S+)$/m.exec(demo.out())?.[1] ?? ''
    await callAs({ url })('POST', '/password-resets', { username: 'johndoe' })
    await expect.poll(demo.out).toContain('#action=reset_password')
    const mails = await chromium.open(`${url}/mails`)
    await mails.page.getByRole('link').click()
    await mails.page.getByText('Sets a new password, of at least 15 characters.').waitFor()
    await mails.page.getByLabel('New password').fill(password)
    expect(mails.page.url()).toBe(`${url}/mails`)
    await mails.page.getByRole('button', { name: 'Continue' }).click()
    await mails.page.getByText('The new password is set.').waitFor()
    expect(await logInAt(url, 'johndoe', password)).toBe(200)
    expect(mails.faults()).toEqual([])
  })
})
