import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeAccount, changePasswordOf, defaultPassword } from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import {
  expectInvalidToken,
  expectOAuthError,
  expectProblem,
} from '../../harness/error-responses.ts'
import { afterHashing } from '../../harness/hashes.ts'
import {
  type AddressedUser,
  addressedUser,
  type MailingServer,
  mailingServer,
} from '../../harness/mailed-addresses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, eventsOf, kindsOf, testUser } from '../../harness/test-user.ts'

let server: MailingServer
beforeAll(async () => {
  server = await mailingServer({ settings: { LOGIN_MAX_FAILURES: '1000' } })
})
afterAll(() => server.stop())

const current_password = defaultPassword
const me = '/users/me'
const change = ({ call }: AddressedUser, email: string) =>
  call('PUT', '/users/me/email', { email, current_password })

/** Changes the address and confirms it. */
async function changed(user: AddressedUser, email: string): Promise<void> {
  expect((await change(user, email)).status).toBe(202)
  expect((await server.confirm(await server.proofTo(email))).status).toBe(204)
}

let addresses = 0
const newAddress = () => `new-${addresses++}@example.com`

describe('PUT /users/me/email', () => {
  it('changes the address when it is confirmed, and tells the old one, with the way back [K74]', async () => {
    const user = await addressedUser(server, true)
    const { call, userId, email: old } = user
    const email = newAddress()
    expect((await change(user, email)).status).toBe(202)
    const proof = await server.proofTo(email)
    expect(await jsonOf(call('GET', me))).toMatchObject({ email: old, email_verified: true })
    expect((await server.confirm(proof)).status).toBe(204)
    expect(await jsonOf(call('GET', me))).toMatchObject({ email, email_verified: true })
    expect((await eventsOf(server, userId)).at(-1)).toMatchObject({ detail: 'email' })
    const [told] = await server.mailsTo(old)
    expect(told?.link).toMatchObject({ action: 'restore_email' })
    expect(told?.text).toContain(email)
  })

  it('tells nobody about an old address that was not verified [K74]', async () => {
    const user = await addressedUser(server, false)
    await changed(user, newAddress())
    expect(await server.allMailsTo(user.email)).toEqual([])
  })

  it('returns 403 for a wrong password, which counts, and mails nothing [K74]', async () => {
    const { call, userId } = await addressedUser(server, true)
    const refused = await call('PUT', '/users/me/email', {
      email: newAddress(),
      current_password: 'a wrong one',
    })
    await expectProblem(refused, 403, 'wrong_password')
    expect(await kindsOf(server, userId)).toContain('login_failed')
  })

  it('mails nothing if the password was changed while it was verified [K74]', async () => {
    const user = await addressedUser(server, true)
    afterHashing(server, () => changePasswordOf(server, user.username, 'x'))
    await expectInvalidToken(server, await change(user, newAddress()))
  })

  it('returns 422 for an address that cannot exist [K70, K74]', async () => {
    const user = await addressedUser(server, true)
    await expectProblem(await change(user, 'a@0x7f.1'), 422, 'text_refused')
  })

  it('changes to an address that another account has not verified, and to no other [K74, K76]', async () => {
    const [owner, squatter] = [
      await addressedUser(server, true),
      await addressedUser(server, false),
    ]
    const user = await addressedUser(server, true)
    await changed(user, squatter.email)
    expect((await change(user, owner.email)).status).toBe(202)
    await expectProblem(await server.confirm(await server.proofTo(owner.email)), 409, 'email_taken')
  })
})

describe('POST /email-restorations', () => {
  it('brings the address back, ends all sessions and later ways back [K74]', async () => {
    const user = await addressedUser(server, true)
    const [second, third] = [newAddress(), newAddress()]
    await changed(user, second)
    const owners = await server.proofTo(user.email)
    await changed(user, third)
    const intruders = await server.proofTo(second, 2)
    const fourth = newAddress()
    await change(user, fourth)
    const pending = await server.proofTo(fourth)
    expect((await server.restore(owners)).status).toBe(204)
    await expectInvalidToken(server, await server.get(me, user.token))
    expect(await server.services.store.users.byId(user.userId)).toMatchObject({
      email: user.email,
      emailVerified: true,
    })
    for (const proof of [owners, intruders])
      await expectProblem(await server.restore(proof), 403, 'invalid_proof')
    await expectProblem(await server.confirm(pending), 403, 'invalid_proof')
    expect(await kindsOf(server, user.userId)).toContain('email_restored')
  })

  it('ends the password, which the intruder knows, and the owner sets one by mail [K74]', async () => {
    const user = await addressedUser(server, true)
    const { username, call, email } = user
    expect((await call('PATCH', me, { email: null, current_password })).status).toBe(200)
    expect((await server.restore(await server.proofTo(email))).status).toBe(204)
    await expectOAuthError(await server.login(user.login), 401, 'invalid_grant')
    await callAs(server)('POST', '/password-resets', { username })
    const mailed = await server.proofTo(email, 2)
    const new_password = 'a password that is long enough'
    const done = await callAs(server)('POST', '/password-resets/completion', {
      ...mailed,
      new_password,
    })
    expect(done.status).toBe(204)
    expect((await server.login({ ...user.login, password: new_password })).status).toBe(200)
  })

  it('an intruder who uses the way back of their own address does not end the owner’s [K74]', async () => {
    const user = await addressedUser(server, true)
    const [second, third] = [newAddress(), newAddress()]
    await changed(user, second)
    server.advance(1000)
    await changed(user, third)
    expect((await server.restore(await server.proofTo(second, 2))).status).toBe(204)
    expect((await server.restore(await server.proofTo(user.email))).status).toBe(204)
    const account = await server.services.store.users.byId(user.userId)
    expect(account).toMatchObject({ email: user.email, emailVerified: true })
  })

  it('also after a new password, and not after an administrator has changed the address [K74]', async () => {
    const user = await addressedUser(server, true)
    await changed(user, newAddress())
    await changePasswordOf(server, user.username, 'x')
    const proof = await server.proofTo(user.email)
    const admin = callAs(server, await server.token(administrator))
    await admin('PATCH', user.path, { email: newAddress(), email_verified: true })
    await expectProblem(await server.restore(proof), 403, 'invalid_proof')
    const other = await addressedUser(server, true)
    await changed(other, newAddress())
    await changePasswordOf(server, other.username, 'x')
    expect((await server.restore(await server.proofTo(other.email))).status).toBe(204)
  })

  it('returns 409 if another account has verified the address since [K74]', async () => {
    const user = await addressedUser(server, true)
    await changed(user, newAddress())
    const { username } = await testUser(server)
    await changeAccount(server, username, { email: user.email, emailVerified: true })
    const proof = await server.proofTo(user.email)
    await expectProblem(await server.restore(proof), 409, 'email_taken')
  })
})

describe('PATCH /users/me, where mail is sent', () => {
  it('does not replace a verified address, and removes it with the way back [K74]', async () => {
    const { call, email, userId } = await addressedUser(server, true)
    const patch = (changes: object) => call('PATCH', me, { ...changes, current_password })
    await expectProblem(await patch({ email: newAddress() }), 409, 'confirmation_required')
    expect((await patch({ email, full_name: 'The Same' })).status).toBe(200)
    expect(await jsonOf(patch({ email: null }))).toMatchObject({ email_verified: false })
    const [told] = await server.mailsTo(email)
    expect(told?.subject).toContain('removed')
    expect((await server.restore(await server.proofTo(email))).status).toBe(204)
    expect(await server.services.store.users.byId(userId)).toMatchObject({ email })
  })

  it('replaces an address that is not verified [K74]', async () => {
    const { call } = await addressedUser(server, false)
    const email = newAddress()
    const patched = await call('PATCH', me, { email, current_password })
    expect(await jsonOf(patched)).toMatchObject({ email, email_verified: false })
  })

  it('elsewhere replaces a verified address by one that is not [K74]', async () => {
    const silent: TestServer = await testServer()
    const { call } = await addressedUser(silent, true)
    const patched = await call('PATCH', me, { email: 'x@example.com', current_password })
    expect(await jsonOf(patched)).toMatchObject({ email_verified: false })
    await silent.stop()
  })
})
