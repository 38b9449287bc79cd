/** A contract that takes the account's operations, and not those by which addresses are proven. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractOf } from '#contract'
import type { User } from '../../../generated/api.ts'
import { contract } from '../../../generated/contract.ts'
import { defaultPassword } from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { addressedUser, type MailingServer, mailingServer } from '../../harness/mailed-addresses.ts'

const proven = [
  '/users/me/email',
  '/users/me/email/confirmation',
  '/email-confirmations',
  '/email-restorations',
]
const paths = Object.fromEntries(
  Object.entries(contract.document.paths).filter(([path]) => !proven.includes(path)),
)

let server: MailingServer
beforeAll(async () => {
  const product = { contract: contractOf({ ...contract.document, paths }) }
  server = await mailingServer({ product, settings: { REGISTRATION: 'open' } })
})
afterAll(() => server.stop())

describe('a contract without the operations that take proofs of addresses', () => {
  it('changes a verified address at /users/me, without a mail that nothing takes [K74]', async () => {
    const { call, email } = await addressedUser(server, true)
    const changes = { email: 'next@example.com', current_password: defaultPassword }
    const changed = await jsonOf<User>(call('PATCH', '/users/me', changes))
    expect(changed).toMatchObject({ email: 'next@example.com', email_verified: false })
    for (const { link } of await server.allMailsTo(email)) expect(link).toEqual({})
  })

  it('confirms no address at registration [K73]', async () => {
    const body = { username: 'ada', password: 'correct horse battery staple', email: 'a@b.example' }
    const registered = await jsonOf(callAs(server)('POST', '/users', body))
    expect(registered).not.toHaveProperty('email_confirmation')
    expect(await server.allMailsTo('a@b.example')).toEqual([])
  })
})
