/** Which account a request for a password reset means. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proofForReset } from '../../src/mail/reset-request.ts'
import { addAccount, changeAccount, disableAccount } from '../harness/accounts.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

let count = 0

async function account(username: string, email: string, emailVerified = true): Promise<string> {
  const userId = await addAccount(server, { username })
  await changeAccount(server, username, { email, emailVerified })
  return userId
}

/** Queues the request, and handles it as the sender does. */
async function proofFor(name: string) {
  const { store, now } = server.services
  const mail = {
    kind: 'reset_request',
    proofId: `pr_${count++}`,
    name,
    requestedAt: now(),
  } as const
  await store.mails.add(mail, now())
  const [message] = await store.mails.take(now(), now() + 1, 1)
  return await proofForReset(store, mail, message?.messageId ?? '')
}

describe('a request for a password reset', () => {
  it('means the account of the username, or of the verified address, in any spelling [K66]', async () => {
    const userId = await account('Ada', 'Ada@bücher.example')
    for (const name of ['ada', 'ＡＤＡ', 'ada@bücher.example', 'ADA@xn--bcher-kva.example'])
      expect(await proofFor(name)).toMatchObject({
        kind: 'password_reset',
        userId,
        email: 'Ada@bücher.example',
      })
  })

  it('gets half an hour from the request on, and one proof, which does not come back after it was used [K66]', async () => {
    await account('bob', 'bob@example.com')
    const { store, now } = server.services
    const proof = await proofFor('bob')
    expect((proof?.expiresAt ?? 0) - (proof?.createdAt ?? 0)).toBe(1_800_000)
    const { proofId = '' } = proof ?? {}
    expect(await store.proofs.byId(proofId)).toEqual(proof)
    server.advance(1000)
    const queued = await store.mails.take(now(), now() + 1, 100)
    expect(queued.map(({ content }) => content)).toContainEqual({ kind: 'proof', proofId })
  })

  it('means none without a verified address, and none that is disabled [K66]', async () => {
    await account('unproven', 'unproven@example.com', false)
    await account('off', 'off@example.com')
    await disableAccount(server, 'off')
    await addAccount(server, { username: 'no-address' })
    const names = ['unproven', 'unproven@example.com', 'off', 'off@example.com', 'no-address']
    for (const name of [...names, 'nobody', 'nobody@example.com', '@', 'x'.repeat(254)])
      expect(await proofFor(name)).toBeUndefined()
  })

  it('means the account that has verified the address, not one with this username [K66]', async () => {
    await account('eve@example.com', 'squatter@example.com')
    const userId = await account('eve', 'eve@example.com')
    expect(await proofFor('eve@example.com')).toMatchObject({ userId })
    await account('legacy@example.com', 'legacy@example.com')
    expect(await proofFor('legacy@example.com')).toMatchObject({ email: 'legacy@example.com' })
  })
})
