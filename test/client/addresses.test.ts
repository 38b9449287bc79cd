/** A visitor registers, confirms the address, changes it, and brings it back, with the client and real mails. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, LoginRequired, ProblemFailure } from '../../src/client/index.ts'
import { type MailingServer, mailingServer } from '../harness/mailed-addresses.ts'
import { administrator } from '../harness/test-user.ts'

let server: MailingServer
beforeAll(async () => {
  server = await mailingServer({ settings: { REGISTRATION: 'open' } })
})
afterAll(() => server.stop())

const password = 'correct horse battery staple'

describe('a client', () => {
  it('registers without a session, confirms, changes and restores the address [K73, K74]', async () => {
    const tessera = createClient({ baseUrl: server.url })
    const [email, next] = ['ada@example.com', 'ada.next@example.com']
    const { data: user } = await tessera.POST('/users', {
      body: { username: 'ada', password, email },
    })
    const { request_id = '' } = user.email_confirmation ?? {}
    const code = (await server.mailsTo(email)).at(0)?.code ?? ''
    await tessera.POST('/email-confirmations', { body: { request_id, proof: code } })
    await tessera.logIn({ username: 'ada', password })
    expect((await tessera.GET('/users/me')).data).toMatchObject({ email, email_verified: true })
    const again = tessera.POST('/users/me/email/confirmation')
    await expect(again).rejects.toMatchObject({ status: 409, code: 'nothing_to_confirm' })
    const body = { email: next, current_password: password }
    const { data: mailed } = await tessera.PUT('/users/me/email', { body })
    const proof = await server.proofTo(next)
    expect(proof.request_id).toBe(mailed.request_id)
    await tessera.POST('/email-confirmations', { body: proof })
    expect((await tessera.GET('/users/me')).data.email).toBe(next)
    await tessera.POST('/email-restorations', { body: await server.proofTo(email, 2) })
    await expect(tessera.GET('/users/me')).rejects.toThrow(LoginRequired)
    // Without a session again, it can register.
    await tessera.POST('/users', { body: { username: 'eve', password } })
  })

  it('adds an account with the session of an administrator, and not with that of others', async () => {
    const tessera = createClient({ baseUrl: server.url })
    await tessera.logIn(administrator)
    const body = { username: 'added', password, scopes: ['me:read'] }
    expect((await tessera.POST('/users', { body })).data.scopes).toEqual(['me:read'])
    await tessera.logIn({ username: 'added', password })
    const refused = tessera.POST('/users', { body: { username: 'more', password } })
    await expect(refused).rejects.toThrow(ProblemFailure)
  })
})
