/** What the texts of mailed proofs get, an adopter's too: the values of their kind, and no others. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { draftOf } from '../../src/mail/draft.ts'
import type { ProofKind } from '../../src/store/proofs.ts'
import { addProof } from '../harness/mailed-proofs.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { testUser } from '../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const own: { readonly [Kind in ProofKind]: readonly string[] } = {
  password_reset: ['username'],
  email_confirmation: [],
  email_change: [],
  email_restoration: ['at', 'newEmail', 'username'],
  invitation: ['username'],
}
const kinds = Object.keys(own) as ProofKind[]

it.each(kinds)('the text of %s gets its own values only [K61]', async (kind) => {
  const { userId } = await testUser(server)
  const { requestId: proofId } = await addProof(server, userId, { kind })
  const attempt = { messageId: '', isFirst: true }
  const draft = await draftOf(server.services, { kind: 'proof', proofId }, attempt)
  expect(draft?.kind).toBe(kind)
  const names = ['code', 'expiresAt', 'link', 'requestId', ...own[kind]]
  expect(Object.keys(draft?.values ?? {}).sort()).toEqual(names.sort())
})
