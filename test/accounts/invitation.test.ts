/** Accounts that are added without a password, and get one by mail. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../generated/api.ts'
import { changeAccount } from '../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../harness/call.ts'
import { tessera } from '../harness/command.ts'
import { databaseOf } from '../harness/database.ts'
import { expectOAuthError, expectProblem } from '../harness/error-responses.ts'
import { mailsIn, type ReceivedMail } from '../harness/received-mail.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { administrator, eventsOf, testUser } from '../harness/test-user.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

const folder = volatileFolder('mails-')
const password = 'correct horse battery staple'

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer({
    settings: { MAIL_DIR: folder, APP_URL: 'https://app.example.com/account' },
  })
  admin = callAs(server, await server.token(administrator))
})
afterAll(() => server.stop())

const invite = (username: string, body: object = {}) =>
  admin('POST', '/users', { username, email: `${username}@example.com`, ...body })
const mailsTo = (username: string) =>
  mailsIn(folder).filter(({ to }) => to === `${username}@example.com`)

async function invited(username: string): Promise<{ user: User; mail: ReceivedMail }> {
  const created = await invite(username)
  expect(created.status).toBe(201)
  const user = await jsonOf<User>(created)
  await expect.poll(() => mailsTo(username), { timeout: 10_000 }).toHaveLength(1)
  const [mail] = mailsTo(username)
  if (!mail) throw new Error('no mail')
  return { user, mail }
}

const accept = ({ link: { request_id, proof } }: ReceivedMail) =>
  callAs(server)('POST', '/password-resets/completion', {
    request_id,
    proof,
    new_password: password,
  })

describe('tessera user add --invite', () => {
  const add = (username: string, ...options: readonly string[]) =>
    tessera(['user', 'add', username, '--invite', ...options], {
      settings: { ...databaseOf(server.services), MAIL_DIR: folder },
    })

  it('invites in the same way, and asks for no password [K80]', async () => {
    expect(await add('carl', '--email', 'carl@example.com')).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /^added carl .*\nthe server will send an invitation to carl@example\.com\n$/s,
      ),
      err: '',
    })
    await expect.poll(() => mailsTo('carl'), { timeout: 10_000 }).toHaveLength(1)
    const [mail] = mailsTo('carl')
    expect(mail && (await accept(mail)).status).toBe(204)
    expect((await server.login({ username: 'carl', password })).status).toBe(200)
  })

  it('needs an address, which is of no other account, and mail [K80]', async () => {
    const failed = (err: string) => ({ status: 1, out: '', err: `tessera: ${err}\n` })
    const needed = failed('give --email with --invite, and no --email-verified')
    expect(await add('dora')).toEqual(needed)
    expect(await add('dora', '--email', 'dora@example.com', '--email-verified')).toEqual(needed)
    const owner = await testUser(server)
    await changeAccount(server, owner.username, { email: 'dora@example.com', emailVerified: true })
    expect(await add('dora', '--email', 'dora@example.com')).toEqual(
      failed('the e-mail address belongs to a different account'),
    )
    const silent = ['user', 'add', 'dora', '--invite', '--email', 'd@example.com']
    expect(await tessera(silent, { settings: databaseOf(server.services) })).toEqual(
      failed('an invitation needs SMTP_URL or MAIL_DIR'),
    )
  })
})

describe('tessera user invite', () => {
  const again = (username: string, settings: object = { MAIL_DIR: folder }) =>
    tessera(['user', 'invite', username], {
      settings: { ...databaseOf(server.services), ...settings },
    })

  it('sends one more invitation; the first that is used ends the other [K80]', async () => {
    const { user, mail: first } = await invited('ingo')
    expect(await again('ingo')).toEqual({
      status: 0,
      out: 'the server will send an invitation to ingo@example.com\n',
      err: '',
    })
    await expect.poll(() => mailsTo('ingo'), { timeout: 10_000 }).toHaveLength(2)
    const second = mailsTo('ingo').find(({ raw }) => raw !== first.raw)
    expect(second && (await accept(second)).status).toBe(204)
    await expectProblem(await accept(first), 403, 'invalid_proof')
    expect((await server.login({ username: 'ingo', password })).status).toBe(200)
    expect((await eventsOf(server, user.user_id)).slice(0, 2)).toMatchObject([
      { kind: 'user_added', detail: 'invited' },
      { kind: 'user_updated', detail: 'invited' },
    ])
  })

  const failed = (err: string) => ({ status: 1, out: '', err: `tessera: ${err}\n` })

  it('needs mail, and an account without a password [K80]', async () => {
    expect(await again('nobody-here')).toEqual(failed('unknown user nobody-here'))
    const { username } = await testUser(server)
    await changeAccount(server, username, { email: 'has-one@example.com' })
    expect(await again(username)).toEqual(failed(`${username} has a password`))
    expect(await again(username, {})).toEqual(failed('an invitation needs SMTP_URL or MAIL_DIR'))
  })

  it('needs an enabled account with an address, which is of no other account [K80]', async () => {
    const owner = await testUser(server)
    await changeAccount(server, owner.username, { email: 'fred@example.com', emailVerified: true })
    await invited('frieda')
    const refusals = [
      [{ email: 'FRED@example.com' }, 'the e-mail address belongs to a different account'],
      [{ email: undefined }, 'frieda has no address'],
      [{ email: 'frieda@example.com', disabled: true }, 'frieda is disabled'],
    ] as const
    for (const [changes, err] of refusals) {
      await changeAccount(server, 'frieda', changes)
      expect(await again('frieda')).toEqual(failed(err))
    }
    await expect.poll(() => server.services.store.mails.count(9)).toBe(0)
    expect(mailsTo('frieda')).toHaveLength(1)
  })
})

describe('POST /users by an administrator without a password', () => {
  it('invites: the mail sets the password, once, and proves the address [K80]', async () => {
    const { user, mail } = await invited('zoe')
    expect(user).toMatchObject({ email: 'zoe@example.com', email_verified: false })
    expect(mail.link).toMatchObject({ action: 'accept_invitation' })
    await expectOAuthError(await server.login({ username: 'zoe', password }), 401, 'invalid_grant')
    expect((await accept(mail)).status).toBe(204)
    const token = await server.token({ username: 'zoe', password })
    expect(await jsonOf(server.get('/users/me', token))).toEqual({ ...user, email_verified: true })
    await expectProblem(await accept(mail), 403, 'invalid_proof')
    expect((await eventsOf(server, user.user_id)).slice(0, 3)).toMatchObject([
      { kind: 'user_added', detail: 'invited' },
      { kind: 'login_failed', detail: 'no password' },
      { kind: 'password_changed', detail: 'set by invitation' },
    ])
  })

  it('lasts a day, and ends with a change of the address or a password [K80]', async () => {
    const late = await invited('late')
    const moved = await invited('moved')
    await changeAccount(server, 'moved', { email: 'elsewhere@example.com' })
    await expectProblem(await accept(moved.mail), 403, 'invalid_proof')
    server.advance(86_400_000)
    await expectProblem(await accept(late.mail), 403, 'invalid_proof')
    admin = callAs(server, await server.token(administrator))
  })

  it('needs an address, which is of no other account [K80]', async () => {
    const refused = await admin('POST', '/users', { username: 'nowhere' })
    const { detail } = await expectProblem(refused, 422, 'password_refused')
    expect(detail).toBe('The password is required, or an e-mail address for an invitation')
    const owner = await testUser(server)
    await changeAccount(server, owner.username, { email: 'owner@example.com', emailVerified: true })
    const taken = await invite('second', { email: 'Owner@example.com' })
    await expectProblem(taken, 409, 'email_taken')
    expect(await server.services.store.users.byName('second')).toBeUndefined()
  })

  it('returns 501 if the server sends no mail [K80]', async () => {
    const silent = await testServer()
    const call = callAs(silent, await silent.token(administrator))
    const refused = await call('POST', '/users', { username: 'x', email: 'x@example.com' })
    await expectProblem(refused, 501, 'mail_not_configured')
    await silent.stop()
  })
})
