import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MailedProof, User } from '../../../generated/api.ts'
import { changeAccount, disableAccount, removeAccount } from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { addressedUser, type MailingServer, mailingServer } from '../../harness/mailed-addresses.ts'
import { addProof } from '../../harness/mailed-proofs.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { eventsOf, testUser } from '../../harness/test-user.ts'

let server: MailingServer
beforeAll(async () => {
  server = await mailingServer({ settings: { REGISTRATION: 'open', LOGIN_MAX_FAILURES: '1000' } })
})
afterAll(() => server.stop())

const password = 'correct horse battery staple'
const me = '/users/me'
const place = '/users/me/email/confirmation'

describe('an address', () => {
  it('is confirmed by the mail that the account asks for, once [K73]', async () => {
    const { userId, call, email } = await addressedUser(server, false)
    const asked = await call('POST', place)
    expect([asked.status, asked.headers.get('cache-control')]).toEqual([202, 'no-store'])
    const { request_id, expires_in } = await jsonOf<MailedProof>(asked)
    expect(expires_in).toBe(86_400)
    const [mail] = await server.mailsTo(email)
    expect(mail?.link).toMatchObject({ action: 'confirm_email', request_id })
    const proof = await server.proofTo(email)
    expect((await server.confirm(proof)).status).toBe(204)
    expect(await jsonOf(call('GET', me))).toMatchObject({ email, email_verified: true })
    await expectProblem(await server.confirm(proof), 403, 'invalid_proof')
    expect((await eventsOf(server, userId)).at(-1)).toMatchObject({
      kind: 'user_updated',
      detail: 'email_verified',
      address: '127.0.0.1',
    })
  })

  it('is confirmed by the code, and by the mail of a registration, whose response has the id [K73]', async () => {
    const email = 'newcomer@example.com'
    const body = { username: 'newcomer', password, email }
    const registered = await jsonOf<User>(callAs(server)('POST', '/users', body))
    expect(registered).toMatchObject({ email, email_verified: false })
    const { request_id = '' } = registered.email_confirmation ?? {}
    const [mail] = await server.mailsTo(email)
    expect((await server.confirm({ request_id, proof: mail?.code ?? '' })).status).toBe(204)
    const token = await server.token({ username: 'newcomer', password })
    const account = await jsonOf(server.get(me, token))
    expect(account).toMatchObject({ email_verified: true })
    expect(account).not.toHaveProperty('email_confirmation')
  })

  it('belongs to the first who confirms it: the proof of the others is a 409 [K73, K76]', async () => {
    const [first, second] = [await addressedUser(server, false), await testUser(server)]
    const respelt = first.email.replace('test', 'TEST')
    await changeAccount(server, second.username, { email: respelt })
    await first.call('POST', place)
    await second.call('POST', place)
    const late = await server.proofTo(respelt)
    expect((await server.confirm(await server.proofTo(first.email))).status).toBe(204)
    await expectProblem(await server.confirm(late), 409, 'email_taken')
    expect(await jsonOf(second.call('GET', me))).toMatchObject({ email_verified: false })
    await changeAccount(server, first.username, { email: undefined })
    expect((await server.confirm(late)).status).toBe(204)
  })
})

describe('of those who confirm an address at the same time', () => {
  it('one has it, and the others get a 409 [K73, K76]', async () => {
    const email = 'raced@example.com'
    const proofs = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { userId, username } = await testUser(server)
        await changeAccount(server, username, { email })
        const kind = 'email_confirmation'
        const { requestId, secret } = await addProof(server, userId, { kind, email })
        return { request_id: requestId, proof: secret }
      }),
    )
    const answers = await Promise.all(proofs.map(server.confirm))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409, 409])
  })
})

describe('a mail that confirms an address', () => {
  it.each([
    ['another address', { email: 'another@example.com' }],
    ['a new password', { passwordHash: 'x' }],
    ['a disabled account', { disabled: true }],
  ])('proves nothing after %s [K73]', async (_change, change) => {
    const { username, call, email } = await addressedUser(server, false)
    await call('POST', place)
    const proof = await server.proofTo(email)
    await changeAccount(server, username, change)
    await expectProblem(await server.confirm(proof), 403, 'invalid_proof')
  })

  it('proves nothing about an address that it was not sent to [K73]', async () => {
    const { userId, call } = await addressedUser(server, false)
    const kind = 'email_confirmation'
    const { requestId, secret } = await addProof(server, userId, { kind, email: 'me@example.com' })
    const use = { request_id: requestId, proof: secret }
    await expectProblem(await server.confirm(use), 403, 'invalid_proof')
    expect(await jsonOf(call('GET', me))).toMatchObject({ email_verified: false })
  })

  it('proves nothing about an account that is gone, after a day, or for another purpose [K73]', async () => {
    const { username, call, email } = await addressedUser(server, false)
    await call('POST', place)
    const proof = await server.proofTo(email)
    await expectProblem(await server.restore(proof), 403, 'invalid_proof')
    await removeAccount(server, username)
    await expectProblem(await server.confirm(proof), 403, 'invalid_proof')
    const late = await mailingServer()
    const user = await addressedUser(late, false)
    await user.call('POST', place)
    const expired = await late.proofTo(user.email)
    late.advance(86_400_000)
    await expectProblem(await late.confirm(expired), 403, 'invalid_proof')
    await late.stop()
  })

  it('is sent three times an hour [K73]', async () => {
    const { call, email, userId } = await addressedUser(server, false)
    for (let sent = 1; sent <= 3; sent += 1) {
      expect((await call('POST', place)).status).toBe(202)
      await server.mailsTo(email, sent)
    }
    const refused = await call('POST', place)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500)
    await expectProblem(refused, 429, 'temporarily_unavailable')
    expect((await eventsOf(server, userId)).at(-1)).toMatchObject({ kind: 'mail_throttled' })
    const proof = await server.proofTo(email)
    expect((await server.confirm(proof)).status).toBe(204)
  })
})

describe('POST /users/me/email/confirmation', () => {
  it('returns 409 without an address, or with a verified one [K73]', async () => {
    const without = await testUser(server)
    await expectProblem(await without.call('POST', place), 409, 'nothing_to_confirm')
    const verified = await addressedUser(server, true)
    await expectProblem(await verified.call('POST', place), 409, 'nothing_to_confirm')
  })

  it('returns 400 to a disabled account', async () => {
    const { username, call } = await addressedUser(server, false)
    await disableAccount(server, username)
    await expectProblem(await call('POST', place), 400, 'inactive_user')
  })
})

describe('a server that sends no mail', () => {
  it('returns 501, and sends nothing to those who register [K73]', async () => {
    const silent = await testServer({ settings: { REGISTRATION: 'open' } })
    const { call } = await addressedUser(silent, false)
    const use = { request_id: 'pr_x', proof: 'AAAA-AAAA' }
    const change = { email: 'x@example.com', current_password: 'whatever' }
    const refused = [
      await call('POST', place),
      await call('PUT', '/users/me/email', change),
      await callAs(silent)('POST', '/email-confirmations', use),
      await callAs(silent)('POST', '/email-restorations', use),
    ]
    for (const each of refused) await expectProblem(each, 501, 'mail_not_configured')
    const body = { username: 'newcomer', password, email: 'n@example.com' }
    const registered = await jsonOf(callAs(silent)('POST', '/users', body))
    expect(registered).not.toHaveProperty('email_confirmation')
    expect((await silent.services.store.mails.state(silent.services.now())).isDue).toBe(false)
    await silent.stop()
  })
})

describe.each(['/email-confirmations', '/email-restorations'])('POST %s', (path) => {
  const guess = (of: TestServer) =>
    callAs(of)('POST', path, { request_id: 'pr_unknown', proof: 'AAAA-AAAA' })

  it('returns 429 to a network that tries too many codes [K73]', async () => {
    const few = await mailingServer({ settings: { LOGIN_MAX_FAILURES: '1' } })
    for (let tries = 0; tries < 10; tries += 1)
      await expectProblem(await guess(few), 403, 'invalid_proof')
    const refused = await guess(few)
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    await expectProblem(refused, 429, 'temporarily_unavailable')
    await few.stop()
  })

  it('returns 503 while the store is unavailable [J4]', async () => {
    const down = await mailingServer()
    await down.services.store.close()
    await expectProblem(await guess(down), 503, 'temporarily_unavailable')
    await down.stop()
  })
})
