import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeMail } from '../../src/mail/mail-limits.ts'
import type { MailKind } from '../../src/mail/texts/mail-texts.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { eventsOf } from '../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const take = (kind: MailKind, userId: string, to: string) =>
  takeMail(server.services, { kind, userId, to })

async function taken(times: number, ...mail: Parameters<typeof take>): Promise<boolean[]> {
  const all: boolean[] = []
  for (let n = 0; n < times; n++) all.push(await take(...mail))
  return all
}

describe('the mails of an hour', () => {
  it('to one account are three of each kind, and the first one beyond is an event [K69]', async () => {
    const mails = ['u_1', 'ada@example.com'] as const
    expect(await taken(5, 'password_reset', ...mails)).toEqual([true, true, true, false, false])
    expect(await take('email_confirmation', ...mails)).toBe(true)
    expect(await eventsOf(server, 'u_1')).toMatchObject([
      { kind: 'mail_throttled', detail: 'password_reset' },
    ])
    server.advance(3_600_001)
    expect(await take('password_reset', ...mails)).toBe(true)
  })

  it('that prove one address are five, of all accounts, in any spelling [K69]', async () => {
    const spellings = ['Bob@bücher.example', 'bob@bücher.example', 'BOB@xn--bcher-kva.example']
    for (const [n, to] of [...spellings, ...spellings].entries()) {
      const kind = n % 2 ? 'email_change' : 'email_confirmation'
      expect(await take(kind, `u_bob_${n}`, to)).toBe(n < 5)
    }
  })

  it('leave room for the resets and invitations of an account, whatever strangers ask for [K69]', async () => {
    const to = 'vic@example.com'
    for (let n = 0; n < 6; n++) await take('email_confirmation', `u_stranger_${n}`, to)
    expect(await taken(4, 'password_reset', 'u_vic', to)).toEqual([true, true, true, false])
    expect(await taken(4, 'invitation', 'u_vic', to)).toEqual([true, true, true, true])
  })

  it('leave room for those that tell what has happened to the account [K69]', async () => {
    const to = 'eve@example.com'
    for (let n = 0; n < 5; n++) await take('email_change', `u_eve_${n}`, to)
    expect(await take('email_confirmation', 'u_eve', to)).toBe(false)
    for (const kind of ['password_changed', 'email_restoration', 'session_stolen'] as const)
      expect(await take(kind, 'u_eve', to)).toBe(true)
    for (const kind of ['email_restoration', 'email_changed'] as const)
      expect(await taken(4, kind, 'u_eve', to)).toEqual([true, true, true, true])
    expect(await taken(4, 'new_sign_in', 'u_eve', to)).toEqual([true, true, true, false])
  })
})
