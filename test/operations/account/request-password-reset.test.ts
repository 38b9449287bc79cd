import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { MailedProof } from '../../../generated/api.ts'
import type { Mail } from '../../../src/store/mails.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { recordStatementsOn } from '../../harness/statements.ts'
import { type TestServer, type TestServerOptions, testServer } from '../../harness/test-server.ts'
import { volatileFolder } from '../../harness/volatile-folder.ts'

const place = '/password-resets'

const serverWith = (settings: TestServerOptions['settings'] = {}) =>
  testServer({
    settings: { MAIL_DIR: volatileFolder('mails-'), LOGIN_MAX_FAILURES: '1000', ...settings },
  })

let server: TestServer
beforeAll(async () => {
  server = await serverWith()
  // The mails stay in the outbox.
  const idle = { oldestAt: undefined, isDue: false }
  Object.assign(server.services.store.mails, { state: async () => idle })
})
afterAll(() => server.stop())

const ask = (username: string, of = server) => callAs(of)('POST', place, { username })

describe('POST /password-resets returns 202', () => {
  it('the same for every name, without a look at the accounts [K66]', async () => {
    const { users } = server.services.store
    const { byName, byId, byLoginName } = users
    const never = () => Promise.reject(new Error('the account was read'))
    Object.assign(users, { byName: never, byId: never, byLoginName: never })
    const names = ['johndoe', 'nobody', 'alice', 'johndoe@example.com']
    const statements = []
    const recorded = recordStatementsOn(/"attempts"|into "outbox"|"users"/)
    for (const name of names) {
      vi.clearAllMocks()
      const response = await ask(name)
      statements.push(recorded())
      expect(response.status).toBe(202)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toEqual({
        request_id: expect.stringMatching(/^pr_[\w-]{22}$/),
        expires_in: 1800,
      })
    }
    Object.assign(users, { byName, byId, byLoginName })
    expect(statements[0]?.length).toBeGreaterThan(2)
    for (const each of statements) expect(each).toEqual(statements[0])
  })
})

describe('POST /password-resets sends', () => {
  it('what is asked ten times an hour for a name, in any spelling; the first request beyond is an event [K69]', async () => {
    const { store, now } = server.services
    const { auditEvents } = store
    const queued: Mail[] = []
    const { add } = store.mails
    Object.assign(store.mails, { add: async (mail: Mail) => void queued.push(mail) })
    const spellings = [
      'Somebody',
      'ｓｏｍｅｂｏｄｙ',
      'SOMEBODY',
      ...Array<string>(9).fill('somebody'),
    ]
    const ids: string[] = []
    for (const name of spellings) {
      const { request_id, expires_in } = await jsonOf<MailedProof>(ask(name))
      expect(expires_in).toBe(1800)
      ids.push(request_id)
    }
    expect(new Set(ids).size).toBe(12)
    expect(queued.map((mail) => mail.kind === 'reset_request' && mail.proofId)).toEqual(
      ids.slice(0, 10),
    )
    expect(await auditEvents.list({ kind: 'mail_throttled', limit: 9 })).toMatchObject([
      { address: expect.any(String), detail: 'requests for a reset of one name' },
    ])
    expect((await ask('somebody-else')).status).toBe(202)
    expect(queued).toHaveLength(11)
    server.advance(3_600_001)
    const { request_id: proofId } = await jsonOf<MailedProof>(ask('somebody'))
    expect(queued.at(-1)).toEqual({
      kind: 'reset_request',
      proofId,
      name: 'somebody',
      requestedAt: expect.closeTo(now(), -4),
    })
    Object.assign(store.mails, { add })
  })
})

describe('POST /password-resets returns 400', () => {
  it.each([{}, { username: '' }, { username: 'a\u0007' }, { username: 'x', email: 'y' }])(
    'for %j',
    async (body) => {
      await expectProblem(await callAs(server)('POST', place, body), 400, 'invalid_request')
    },
  )
})

describe('POST /password-resets returns 429', () => {
  it('for one network, whatever it names, and for no other [K69]', async () => {
    const few = await serverWith({ LOGIN_MAX_FAILURES: '2', TRUST_PROXY: '127.0.0.1' })
    const from = (address: string, username: string) =>
      callAs(few)('POST', place, { username }, { 'x-forwarded-for': address })
    for (const name of ['a', 'b']) expect((await from('192.0.2.1', name)).status).toBe(202)
    const refused = await from('192.0.2.1', 'c')
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    await expectProblem(refused, 429, 'temporarily_unavailable')
    await expectProblem(await from('192.0.2.1', 'd'), 429, 'temporarily_unavailable')
    expect((await from('192.0.2.2', 'a')).status).toBe(202)
    const { auditEvents } = few.services.store
    expect(await auditEvents.list({ kind: 'mail_throttled', limit: 9 })).toMatchObject([
      { address: '192.0.2.1', detail: 'requests for mails' },
    ])
    await few.stop()
  })
})

describe('POST /password-resets returns 501', () => {
  it('on a server that sends no mail [K65]', async () => {
    const silent = await testServer()
    await expectProblem(await ask('johndoe', silent), 501, 'mail_not_configured')
    await silent.stop()
  })
})
