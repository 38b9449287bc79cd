import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../generated/api.ts'
import { changeAccount } from '../../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, eventsOf, testUser } from '../../harness/test-user.ts'

let server: TestServer
let admin: Call
let adminId: string
beforeAll(async () => {
  server = await testServer()
  admin = callAs(server, await server.token(administrator))
  adminId = (await jsonOf<User>(admin('GET', '/users/me'))).user_id
})
afterAll(() => server.stop())

const verified = { email_verified: true }

describe('an administrator', () => {
  it('vouches for an address, which everybody sees; another address is not verified [K72]', async () => {
    const { userId, path, call } = await testUser(server)
    const email = 'vouched@example.com'
    const added = await jsonOf<User>(admin('PATCH', path, { email }))
    expect(added).toMatchObject({ email, email_verified: false })
    expect(await jsonOf(admin('PATCH', path, { email, ...verified }))).toMatchObject(verified)
    expect(await jsonOf(call('GET', '/users/me'))).toMatchObject({ email, ...verified })
    const kept = await jsonOf(admin('PATCH', path, { email, full_name: 'Vic' }))
    expect(kept).toMatchObject(verified)
    const both = { email: 'other@example.com', ...verified }
    expect(await jsonOf(admin('PATCH', path, both))).toMatchObject(both)
    const doubted = await jsonOf(admin('PATCH', path, { ...both, email_verified: false }))
    expect(doubted).toMatchObject({ email: 'other@example.com', email_verified: false })
    await admin('PATCH', path, both)
    expect(await jsonOf(admin('PATCH', path, { email }))).toMatchObject({ email_verified: false })
    await admin('PATCH', path, { email, ...verified })
    expect(await jsonOf(admin('PATCH', path, { email: null }))).toMatchObject({
      email_verified: false,
    })
    const updates = (await eventsOf(server, userId)).filter(({ kind }) => kind === 'user_updated')
    expect(updates.map(({ detail }) => detail).slice(0, 4)).toEqual([
      'email',
      'email_verified',
      'full_name',
      'email',
    ])
  })

  it('cannot verify an address for two accounts, in any spelling, nor none at all [K72, K76]', async () => {
    const [first, second] = [await testUser(server), await testUser(server)]
    await admin('PATCH', first.path, { email: 'Mine@bücher.example', ...verified })
    const email = 'mine@xn--bcher-kva.example'
    const both = { email, ...verified }
    const taken = await admin('PATCH', second.path, both)
    await expectProblem(taken, 409, 'email_taken')
    expect((await admin('PATCH', second.path, { email })).status).toBe(200)
    await expectProblem(await admin('PATCH', second.path, both), 409, 'email_taken')
    await admin('PATCH', first.path, { email: null })
    expect((await admin('PATCH', second.path, both)).status).toBe(200)
    const none = await admin('PATCH', first.path, { ...verified, email: null })
    await expectProblem(none, 409, 'nothing_to_confirm')
  })

  it('vouches for an address that the request names, not for what it is by then [K72]', async () => {
    const { path, username } = await testUser(server)
    await changeAccount(server, username, { email: 'swapped@example.com' })
    for (const body of [verified, { email_verified: false }])
      await expectProblem(await admin('PATCH', path, body), 400, 'invalid_request')
    expect(await jsonOf(admin('GET', path))).toMatchObject({ email_verified: false })
  })

  it('cannot vouch for the own address [K72]', async () => {
    const own = { email: 'own@example.com', ...verified }
    const refused = await admin('PATCH', `/users/${adminId}`, own)
    await expectProblem(refused, 409, 'own_account')
  })

  it('ends the way back to a previous address [K72]', async () => {
    const { userId, path } = await testUser(server)
    const { store, now } = server.services
    const proof = { proofId: `pr_${userId}`, kind: 'email_restoration', userId } as const
    const times = { createdAt: now(), expiresAt: now() + 60_000 }
    await store.proofs.add({ ...proof, email: 'a@example.com', ...times })
    await admin('PATCH', path, { full_name: 'Vic' })
    expect(await store.proofs.byId(proof.proofId)).toBeDefined()
    await admin('PATCH', path, { email: 'b@example.com' })
    expect(await store.proofs.byId(proof.proofId)).toBeUndefined()
  })

  it('ends it also by naming the address that the account has, which is an event [K72]', async () => {
    const { userId, path, username } = await testUser(server)
    const email = 'kept@example.com'
    await changeAccount(server, username, { email, emailVerified: true })
    const { store, now } = server.services
    const proof = { proofId: `pr_${userId}`, kind: 'email_restoration', userId } as const
    const times = { createdAt: now(), expiresAt: now() + 60_000 }
    for (const changes of [{ email, ...verified }, { email }]) {
      await store.proofs.add({ ...proof, email: 'a@example.com', ...times })
      expect(await jsonOf(admin('PATCH', path, changes))).toMatchObject({ email, ...verified })
      expect(await store.proofs.byId(proof.proofId)).toBeUndefined()
      const event = { kind: 'user_updated', actorId: adminId, detail: 'email' }
      expect((await eventsOf(server, userId)).at(-1)).toMatchObject(event)
    }
  })
})

describe('an administrator who names their own address', () => {
  it('does not end their own way back: no password was checked [K72]', async () => {
    const { store, now } = server.services
    const { email } = (await store.users.byId(adminId)) ?? {}
    const proof = { proofId: 'pr_own', kind: 'email_restoration', userId: adminId } as const
    const times = { createdAt: now(), expiresAt: now() + 60_000 }
    await store.proofs.add({ ...proof, email: 'a@example.com', ...times })
    await admin('PATCH', `/users/${adminId}`, { email: email ?? null })
    expect(await store.proofs.byId(proof.proofId)).toBeDefined()
  })
})
