/** What accounts are told by mail. The mails are made as the sender makes them. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { MailDraft } from '../../src/mail/compose.ts'
import { noticeMail } from '../../src/mail/notice-mail.ts'
import type { Mail } from '../../src/store/mails.ts'
import {
  addAccount,
  changeAccount,
  changePasswordOf,
  defaultPassword,
} from '../harness/accounts.ts'
import { callAs } from '../harness/call.ts'
import { tessera } from '../harness/command.ts'
import { databaseOf } from '../harness/database.ts'
import { mailsIn } from '../harness/received-mail.ts'
import { refresh } from '../harness/refreshing.ts'
import { recordStatements } from '../harness/statements.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { administrator } from '../harness/test-user.ts'
import { loginPair } from '../harness/token-request.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

const linux = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings })
  // The mails stay in the queue: the server sends none, and drops none.
  const idle = { oldestAt: undefined, isDue: false }
  Object.assign(server.services.store.mails, { state: async () => idle })
})
afterAll(() => server.stop())

const settings = {
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'no-reply@example.com',
  TRUST_PROXY: '127.0.0.1',
  LOGIN_MAX_FAILURES: '1000',
}

let count = 0

interface Person {
  readonly userId: string
  readonly username: string
  readonly email: string
  login(address: string, agent: string): Promise<Response>
}

async function person(emailVerified = true): Promise<Person> {
  const username = `person-${count++}`
  const email = `${username}@example.com`
  const scopes = ['me:read', 'me:write']
  const userId = await addAccount(server, { username, scopes })
  await changeAccount(server, username, { email, emailVerified, locale: 'de' })
  const body = new URLSearchParams({ username, password: defaultPassword })
  return {
    userId,
    username,
    email,
    login: (address, agent) =>
      fetch(`${server.url}/token`, {
        method: 'POST',
        body,
        headers: { 'x-forwarded-for': address, 'user-agent': agent },
      }),
  }
}

/** The notices about an account that are queued, oldest first. */
async function queued({ userId }: Pick<Person, 'userId'>, at = server) {
  const { db } = at.services.store
  const rows = await db.selectFrom('outbox').selectAll().where('topic', '=', 'mail').execute()
  return rows
    .sort((a, b) => (a.message_id < b.message_id ? -1 : 1))
    .map(({ body }): Mail => JSON.parse(body))
    .flatMap((mail) => (mail.kind === 'notice' && mail.event.userId === userId ? [mail] : []))
}

/** The mails that become of them. */
async function told(who: Pick<Person, 'userId'>, isFirst = false): Promise<MailDraft[]> {
  const drafts: MailDraft[] = []
  for (const mail of await queued(who)) {
    const draft = await noticeMail(server.services, mail, { messageId: 'm', isFirst })
    if (draft) drafts.push(draft)
  }
  return drafts
}

const kinds = async (who: Person) => (await told(who)).map(({ kind }) => kind)

describe('a sign-in', () => {
  it('is told if neither its site nor its program is that of a login before [K82]', async () => {
    const who = await person()
    expect((await who.login('192.0.2.1', linux)).status).toBe(200)
    await who.login('192.0.2.200', iphone)
    await who.login('198.51.100.1', linux)
    expect(await told(who)).toEqual([])
    await who.login('203.0.113.7', 'curl/8.14.1')
    expect(await told(who)).toEqual([
      {
        kind: 'new_sign_in',
        userId: who.userId,
        to: who.email,
        locale: 'de',
        values: {
          username: who.username,
          at: expect.any(Number),
          address: '203.0.113.7',
          agent: 'curl',
        },
      },
    ])
    await who.login('203.0.113.8', 'curl/8.15')
    expect(await told(who)).toHaveLength(1)
  })

  it('has no text of its sender: neither a header nor the zone of an address [K82]', async () => {
    const who = await person()
    await who.login('192.0.2.1', linux)
    await who.login('fe80::1%call.555.0100', 'Call-555-0100/1.0')
    const [draft] = await told(who)
    expect(draft).toMatchObject({ values: { address: 'fe80::1' } })
    expect(JSON.stringify(draft)).not.toMatch(/555/)
  })

  it('is told to a verified address only, and not if it is the first one [K82, K83]', async () => {
    const who = await person(false)
    await who.login('192.0.2.1', linux)
    await who.login('203.0.113.7', 'curl/8.14.1')
    expect(await told(who)).toEqual([])
    await changeAccount(server, who.username, { emailVerified: true })
    expect(await kinds(who)).toEqual(['new_sign_in'])
  })

  it('is not told more than three times an hour [K82]', async () => {
    const who = await person()
    for (let at = 0; at < 6; at++) await who.login(`192.0.${at}.1`, `App${at}/1.0`)
    expect(await told(who)).toHaveLength(5)
    expect(await told(who, true)).toHaveLength(3)
  })

  it('is compared with the latest hundred logins [K82]', async () => {
    const who = await person()
    const { audit, store } = server.services
    const { userId } = who
    await store.auditEvents.append(audit.event('login', { userId, address: '192.0.2.1' }))
    const event = (address: string) =>
      audit.event('login', { userId, address, userAgent: 'curl/8' })
    await store.auditEvents.append(...Array.from({ length: 100 }, () => event('198.51.100.1')))
    const before = (await told(who)).length
    await who.login('192.0.2.1', linux)
    expect(await told(who)).toHaveLength(before + 1)
  })
})

describe('an account', () => {
  it('is told that its password was changed, over HTTP and by a command [K83]', async () => {
    const who = await person()
    const { access } = await loginPair(server, {
      username: who.username,
      password: defaultPassword,
    })
    const new_password = 'a password that is long enough'
    const body = { current_password: defaultPassword, new_password }
    const changed = await callAs(server, access)('PUT', '/users/me/password', body)
    expect(changed.status).toBe(200)
    const values = { username: who.username, at: expect.any(Number) }
    expect(await told(who)).toEqual([
      { kind: 'password_changed', userId: who.userId, to: who.email, locale: 'de', values },
    ])
    const done = await tessera(['user', 'password', who.username], {
      settings: { ...databaseOf(server.services), ...settings },
      input: `${defaultPassword}\n`,
    })
    expect(done.status).toBe(0)
    expect(await kinds(who)).toEqual(['password_changed', 'password_changed'])
  })

  it('is told that a session was ended as stolen [K83]', async () => {
    const who = await person()
    const login = { username: who.username, password: defaultPassword }
    const { refresh: first } = await loginPair(server, login)
    const second = (await (await refresh(server, first)).json()) as { refresh_token: string }
    await refresh(server, second.refresh_token)
    expect((await refresh(server, first)).status).toBe(400)
    expect(await kinds(who)).toEqual(['session_stolen'])
  })

  it('is told at the old address, if that was verified, that an administrator changed it [K83]', async () => {
    const who = await person()
    const admin = callAs(server, await server.token(administrator))
    const change = async (email: string | null) =>
      (await admin('PATCH', `/users/${who.userId}`, { email })).status
    expect(await change('new@example.com')).toBe(200)
    // The address before was not verified.
    expect(await change(null)).toBe(200)
    expect(await told(who)).toEqual([
      expect.objectContaining({ kind: 'email_changed', to: who.email }),
    ])
    await admin('DELETE', `/users/${who.userId}`)
    expect(await told(who)).toEqual([])
  })

  it('is not told of a change that the mail server would never be given, as without SMTP_URL [K83]', async () => {
    const silent = await testServer()
    onTestFinished(() => silent.stop())
    const { user_id: userId } = JSON.parse(
      await (await silent.get('/users/me', await silent.token())).text(),
    )
    await changeAccount(silent, 'johndoe', { email: 'j@example.com', emailVerified: true })
    await changeAccount(silent, 'johndoe', { email: 'new@example.com' })
    await changePasswordOf(silent, 'johndoe', 'x')
    expect(await queued({ userId }, silent)).toEqual([])
  })
})

describe('a notice', () => {
  it('is mailed in the language of the account [K83, K81]', async () => {
    const folder = volatileFolder('notices-')
    const sending = await testServer({ settings: { MAIL_DIR: folder } })
    onTestFinished(() => sending.stop())
    const email = 'johndoe@example.com'
    await changeAccount(sending, 'johndoe', { email, emailVerified: true, locale: 'de-AT' })
    const login = { username: 'johndoe', password: 'secret123' }
    const { access } = await loginPair(sending, login)
    const body = {
      current_password: login.password,
      new_password: 'a password that is long enough',
    }
    await callAs(sending, access)('PUT', '/users/me/password', body)
    await expect.poll(() => mailsIn(folder), { timeout: 10_000 }).toHaveLength(1)
    const [mail] = mailsIn(folder)
    expect(mail).toMatchObject({ to: email, subject: expect.stringMatching(/Passwort/) })
    expect(mail?.text).toContain('johndoe')
    await expect.poll(() => sending.services.store.mails.count(9)).toBe(0)
  })
})

describe('a login', () => {
  it.each([
    ['sends no mail', {}, []],
    ['sends mail', { MAIL_DIR: volatileFolder('notices-') }, ['insert into "outbox"']],
  ])(
    'writes a row for a notice only if the server sends mail: one that %s [K84]',
    async (...of) => {
      const [, mail, messages] = of
      const each = await testServer({ settings: { ...mail, LOG_LEVEL: 'info' } })
      onTestFinished(() => each.stop())
      await each.login()
      const recorded = recordStatements()
      expect((await each.login()).status).toBe(200)
      const writes = recorded().flatMap(
        (text) => /^(insert into|update) "\w+"/.exec(text)?.[0] ?? [],
      )
      const login = ['insert into "audit_events"', 'insert into "sessions"', 'update "sessions"']
      expect(writes.filter((text) => text !== 'update "outbox"').sort()).toEqual(
        [...login, ...messages, 'insert into "login_addresses"'].sort(),
      )
    },
  )
})
