/** The rows of mailed proofs and of verified addresses, on both stores. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { newUser } from '../../src/accounts/new-user.ts'
import { auditEvent } from '../../src/audit/audit.ts'
import { readConfig } from '../../src/config/config.ts'
import { EmailTaken, ProofUsed } from '../../src/store/errors.ts'
import type { ProofRow } from '../../src/store/proofs.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import type { UserRow } from '../../src/store/user-row.ts'
import { testDatabase } from '../harness/database.ts'

async function storeWith(...users: readonly UserRow[]): Promise<Store> {
  const { settings, drop } = await testDatabase()
  onTestFinished(drop)
  const store = openStore(readConfig(settings).database)
  onTestFinished(() => store.close())
  await store.migrate()
  for (const user of users) await store.users.add(user)
  return store
}

const account = (username: string, email: string, emailVerified = false) =>
  newUser({ username, email, emailVerified, passwordHash: 'x', scopes: [] }, 1000)

const proof = (proofId: string, user: UserRow, kind: ProofRow['kind'] = 'password_reset') => ({
  proofId,
  kind,
  userId: user.userId,
  email: user.email ?? '',
  createdAt: 1000,
  expiresAt: 5000,
})

const updated = ({ userId }: UserRow) =>
  auditEvent('command_line', 'user_updated', { userId }, 1000)

describe('a mailed proof', () => {
  it('is used by one of concurrent changes, with the mail of the change [K64]', async () => {
    const ada = account('ada', 'ada@example.com')
    const store = await storeWith(ada)
    await store.proofs.add(proof('pr_1', ada))
    const use = (passwordHash: string) =>
      store.users.change(ada.userId, 2000, (user) => ({
        user: { ...user, passwordHash },
        event: updated(user),
        usedProof: 'pr_1',
        newProofs: [proof('pr_2', user, 'email_restoration')],
        mails: [{ kind: 'proof', proofId: 'pr_2' }],
      }))
    const outcomes = await Promise.allSettled([use('y'), use('z')])
    const failed = outcomes.filter(({ status }) => status === 'rejected')
    expect(failed).toEqual([{ status: 'rejected', reason: expect.any(ProofUsed) }])
    expect(await store.proofs.byId('pr_1')).toBeUndefined()
    expect(await store.proofs.byId('pr_2')).toEqual(proof('pr_2', ada, 'email_restoration'))
    const mails = await store.mails.take(2000, 3000, 10)
    expect(mails.map(({ content }) => content)).toEqual([{ kind: 'proof', proofId: 'pr_2' }])
    expect(await store.outbox.take(9000, 9000, 10)).toEqual([])
  })

  it('ends with a new password, a new address, a disabled account, but for the way back [K64]', async () => {
    const ada = account('ada', 'ada@example.com')
    const store = await storeWith(ada)
    const changes: Partial<UserRow>[] = [
      { passwordHash: 'y' },
      { email: 'eva@example.com' },
      { emailVerified: true },
      { disabled: true },
    ]
    for (const change of changes) {
      await store.proofs.add(proof('pr_1', ada))
      await store.proofs.add(proof('pr_back', ada, 'email_restoration'))
      const edit = (user: UserRow) => ({ user: { ...user, ...change }, event: updated(user) })
      await store.users.change(ada.userId, 2000, edit)
      expect(await store.proofs.byId('pr_1')).toBeUndefined()
      expect(await store.proofs.byId('pr_back')).toBeDefined()
    }
    await store.proofs.purge(4999)
    expect(await store.proofs.byId('pr_back')).toBeDefined()
    await store.proofs.purge(5000)
    expect(await store.proofs.byId('pr_back')).toBeUndefined()
  })
})

describe('a verified address', () => {
  it('belongs to one account, in any spelling; an unverified one to many [K76]', async () => {
    const ada = account('ada', 'Ada@BÜCHER.example', true)
    const eve = account('eve', 'ada@xn--bcher-kva.example')
    const store = await storeWith(ada, eve)
    expect((await store.users.byVerifiedEmail('ADA@bücher.example'))?.userId).toBe(ada.userId)
    expect(await store.users.byVerifiedEmail('eve@bücher.example')).toBeUndefined()
    expect(await store.users.byVerifiedEmail('no address')).toBeUndefined()
    const verify = store.users.change(eve.userId, 2000, (user) => ({
      user: { ...user, emailVerified: true },
      event: updated(user),
    }))
    await expect(verify).rejects.toThrow(EmailTaken)
    await expect(store.users.add(account('eva', 'ada@bücher.example', true))).rejects.toThrow(
      EmailTaken,
    )
    expect((await store.users.byId(eve.userId))?.emailVerified).toBe(false)
  })
})
