/** Which account a request for a password reset means. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { draftOf } from '../../src/mail/draft.ts'
import { addAccount, changeAccount, disableAccount, removeAccount } from '../harness/accounts.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { eventsOf } from '../harness/test-user.ts'

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

async function queued(name: string) {
  const { store, now } = server.services
  const proofId = `pr_${count++}`
  const mail = { kind: 'reset_request', proofId, name, requestedAt: now() } as const
  await store.mails.add(mail, now())
  const [message] = await store.mails.take(now(), now() + 1, 1)
  return { mail, messageId: message?.messageId ?? '' }
}

interface Handling {
  /** Only a first attempt counts against limits. */
  readonly isFirst?: boolean
  /** Happens once the account is found. */
  readonly meanwhile?: () => Promise<unknown>
}

/** Queues the request, and handles it as the sender does. */
async function proofFor(name: string, { isFirst = false, meanwhile }: Handling = {}) {
  const { services } = server
  const { store } = services
  const { mail, messageId } = await queued(name)
  const users: typeof store.users = {
    ...store.users,
    async byLoginName(text) {
      const found = await store.users.byLoginName(text)
      await meanwhile?.()
      return found
    },
  }
  const made = { ...services, store: { ...store, users } }
  const draft = await draftOf(made, mail, { messageId, isFirst })
  const proof = await store.proofs.byId(mail.proofId)
  expect(proof?.email).toBe(draft?.to)
  return proof
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

  it('means none whose address or state changes once it is found [K64, K66]', async () => {
    await account('moved', 'moved@example.com')
    await account('stopped', 'stopped@example.com')
    const { store } = server.services
    const add = vi.spyOn(store.mails, 'becomeProof')
    const changes = [
      () => changeAccount(server, 'moved', { email: 'elsewhere@example.com' }),
      () => changeAccount(server, 'moved', { emailVerified: false }),
      () => disableAccount(server, 'stopped'),
      () => removeAccount(server, 'stopped'),
    ]
    for (const [index, change] of changes.entries()) {
      if (index === 3) await changeAccount(server, 'stopped', { disabled: false })
      expect(await proofFor(index < 2 ? 'moved' : 'stopped', { meanwhile: change })).toBeUndefined()
    }
    for (const [, { proofId }] of add.mock.calls)
      expect(await store.proofs.byId(proofId)).toBeUndefined()
    expect(add).toHaveBeenCalledTimes(4)
  })

  it('means by a name with @ the account that has verified the address, never one with this username [K66]', async () => {
    await account('eve@example.com', 'squatter@example.com')
    expect(await proofFor('eve@example.com')).toBeUndefined()
    const userId = await account('eve', 'eve@example.com')
    expect(await proofFor('eve@example.com')).toMatchObject({ userId })
    await account('legacy@example.com', 'legacy@example.com')
    expect(await proofFor('legacy@example.com')).toMatchObject({ email: 'legacy@example.com' })
  })
})

describe('the audit trail', () => {
  it('has what became of each request of an account, once, also if an attempt is cut off, and nothing of unknown names [K66]', async () => {
    const ask = async (name: string, isFirst = true) => {
      const { mail, messageId } = await queued(name)
      return await draftOf(server.services, mail, { messageId, isFirst })
    }
    const { auditEvents } = server.services.store
    const all = () => auditEvents.list({ kind: 'password_reset_requested', limit: 100 })
    const before = await all()
    const details = async (userId: string) =>
      (await eventsOf(server, userId))
        .filter(({ kind }) => kind === 'password_reset_requested')
        .map(({ detail }) => detail)
    const [known, unproven, off] = [
      await account('known', 'known@example.com'),
      await account('late', 'late@example.com', false),
      await account('gone', 'gone@example.com'),
    ]
    await disableAccount(server, 'gone')
    for (const name of ['known', 'known@example.com', 'known', 'known', 'late', 'gone', 'nobody'])
      await ask(name)
    // The first attempt, which was counted, ended before its event was written.
    expect(await ask('known', false)).toBeDefined()
    const mailed = ['mailed', 'mailed', 'mailed', 'too many mails', 'mailed']
    expect(await details(known)).toEqual(mailed)
    expect(await details(unproven)).toEqual(['no verified address'])
    expect(await details(off)).toEqual(['disabled'])
    expect(await all()).toHaveLength(before.length + 7)
  })
})

describe('a request beyond the limits of an account', () => {
  it('adds no proof for a mail that a limit drops [K69]', async () => {
    await account('often', 'often@example.com')
    const proofs = []
    for (let n = 0; n < 5; n++) proofs.push(await proofFor('often', { isFirst: true }))
    expect(proofs.map((proof) => proof !== undefined)).toEqual([true, true, true, false, false])
  })
})
