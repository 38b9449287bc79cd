/** What a copy of the database reveals about mailed proofs. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resetMail } from '../../src/mail/proof-mail.ts'
import { addAccount, changeAccount } from '../harness/accounts.ts'
import { callAs } from '../harness/call.ts'
import { temporaryFolder } from '../harness/command.ts'
import { mailedProof } from '../harness/mailed-proofs.ts'
import { testServer } from '../harness/test-server.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

it('the files of the database contain no mailed proof, and no key to derive one [F9, K68]', async () => {
  const folder = temporaryFolder()
  const SECRET_KEY = 'k'.repeat(40)
  const settings = { SECRET_KEY, DATABASE_URL: join(folder, 'test.db') }
  const server = await testServer({
    settings: { ...settings, MAIL_DIR: volatileFolder('mails-') },
  })
  const { store, now, proofKey } = server.services
  await addAccount(server, { username: 'ada' })
  const email = 'ada@example.com'
  await changeAccount(server, 'ada', { email, emailVerified: true })
  const asked = await callAs(server)('POST', '/password-resets', { username: 'ada' })
  expect(asked.status).toBe(202)
  const request = {
    kind: 'reset_request',
    proofId: 'pr_1',
    name: 'ada',
    requestedAt: now(),
  } as const
  await resetMail(server.services, request, { messageId: '', isFirst: true })
  const row = await store.proofs.byId(request.proofId)
  if (!row) throw new Error('the account was not found')
  const { secret, code } = mailedProof(server, row)
  const secrets = [Buffer.from(proofKey), Buffer.from(secret, 'base64url')]
  const texts = secrets.flatMap((each) =>
    (['base64url', 'base64', 'hex', 'latin1'] as const).map((form) => each.toString(form)),
  )
  const stored = () =>
    Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toString(
      'latin1',
    )
  const found = () =>
    [secret, code, code.replace('-', ''), ...texts].filter((text) => stored().includes(text))
  expect(stored()).toContain(row.proofId)
  expect(found()).toEqual([])
  await server.stop()
  expect(stored()).toContain(row.proofId)
  expect(found()).toEqual([])
})
