import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../generated/api.ts'
import { defaultPassword, removeAccount } from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { expectInvalidToken, expectProblem } from '../../harness/error-responses.ts'
import { afterHashing } from '../../harness/hashes.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, eventsOf, kindsOf, testUser } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const current_password = defaultPassword
const place = '/users/me'
const etagOf = (response: Response) => response.headers.get('etag') ?? ''

describe('PATCH /users/me returns 200', () => {
  it('changes the name without the password, the e-mail address with it; null removes; each change is recorded [J3]', async () => {
    const { userId, call } = await testUser(server)
    const named = await call('PATCH', place, { full_name: 'Some Body' })
    expect(await jsonOf<User>(named)).toMatchObject({ full_name: 'Some Body' })
    const addressed = await call('PATCH', place, { email: 's@example.com', current_password })
    expect(await jsonOf<User>(addressed)).toMatchObject({
      full_name: 'Some Body',
      email: 's@example.com',
    })
    const removed = await call('PATCH', place, { email: null, current_password })
    expect(await jsonOf(removed)).not.toHaveProperty('email')
    const unnamed = await jsonOf<User>(call('PATCH', place, { full_name: null }))
    expect(unnamed).not.toHaveProperty('full_name')
    expect(await jsonOf<User>(call('GET', place))).toEqual(unnamed)
    const updates = (await eventsOf(server, userId)).filter(({ kind }) => kind === 'user_updated')
    expect(updates.map(({ detail }) => detail)).toEqual([
      'full_name',
      'email',
      'email',
      'full_name',
    ])
  })

  it('with the language of the mails, which administrators change too; null removes it [K81]', async () => {
    const { call, path } = await testUser(server)
    expect(await jsonOf(call('PATCH', place, { locale: 'pt-BR' }))).toMatchObject({
      locale: 'pt-BR',
    })
    expect(await jsonOf(call('GET', place))).toMatchObject({ locale: 'pt-BR' })
    expect(await jsonOf(call('PATCH', place, { locale: null }))).not.toHaveProperty('locale')
    const admin = callAs(server, await server.token(administrator))
    expect(await jsonOf(admin('PATCH', path, { locale: 'de' }))).toMatchObject({ locale: 'de' })
    for (const locale of ['', 'german', 'de_DE', 'DE', 'de-', 'de-toolongtag', 'de\r\nBcc: x'])
      await expectProblem(await call('PATCH', place, { locale }), 400, 'invalid_request')
    expect(await jsonOf(call('GET', place))).toMatchObject({ locale: 'de' })
  })

  it('with the new ETag', async () => {
    const { call } = await testUser(server)
    const before = etagOf(await call('GET', place))
    const changed = await call('PATCH', place, { full_name: 'x' }, { 'if-match': before })
    expect(changed.status).toBe(200)
    expect(etagOf(changed)).not.toBe(before)
    expect(etagOf(await call('GET', place))).toBe(etagOf(changed))
  })

  it.each([{}, { current_password }])('for %j, and changes nothing', async (body) => {
    const { userId, call } = await testUser(server)
    const before = await call('GET', place)
    const answer = await call('PATCH', place, body)
    expect(answer.status).toBe(200)
    expect(etagOf(answer)).toBe(etagOf(before))
    expect(await jsonOf(answer)).toEqual(await jsonOf(before))
    expect(await kindsOf(server, userId)).toEqual(['login'])
  })
})

describe('PATCH /users/me returns 400', () => {
  it.each([{ scopes: ['users:write'] }, { disabled: false }, { username: 'root' }])(
    'for %j: users cannot extend their own rights',
    async (body) => {
      const { call } = await testUser(server)
      await expectProblem(await call('PATCH', place, body), 400, 'invalid_request')
    },
  )

  it('for removal of the e-mail address without the current password [I4]', async () => {
    const { call } = await testUser(server)
    const { errors } = await expectProblem(
      await call('PATCH', place, { email: null }),
      400,
      'invalid_request',
    )
    expect(errors).toMatchObject([{ in: 'body', pointer: '/current_password' }])
  })
})

describe('PATCH /users/me returns 401', () => {
  it('for an account that was deleted during the request [D7]', async () => {
    const { username, call } = await testUser(server)
    afterHashing(server, () => removeAccount(server, username))
    const late = await call('PATCH', place, { email: 's@example.com', current_password })
    await expectInvalidToken(server, late)
  })
})

describe('PATCH /users/me returns 403', () => {
  it.each([{ full_name: 'x' }, { email: null }, {}])(
    'for %j with a wrong password, and changes nothing [I4]',
    async (changes) => {
      const { call } = await testUser(server)
      const before = await jsonOf(call('GET', place))
      const refused = await call('PATCH', place, { ...changes, current_password: 'a wrong one' })
      await expectProblem(refused, 403, 'wrong_password')
      expect(await jsonOf(call('GET', place))).toEqual(before)
    },
  )
})

describe('PATCH /users/me returns 422', () => {
  it('for a full name that changes the direction of text', async () => {
    const { call } = await testUser(server)
    const refused = await call('PATCH', place, { full_name: 'Eve\u202E' })
    const { errors } = await expectProblem(refused, 422, 'text_refused')
    expect(errors).toMatchObject([{ in: 'body', pointer: '/full_name' }])
    expect(await jsonOf(call('GET', place))).not.toHaveProperty('full_name')
  })
})

describe('PATCH /users/me returns 412', () => {
  it('for a stale ETag, before the password is checked', async () => {
    const { userId, call } = await testUser(server)
    const etag = etagOf(await call('GET', place))
    await call('PATCH', place, { full_name: 'Meanwhile' })
    for (const body of [{ full_name: 'x' }, { email: null, current_password: 'a wrong one' }]) {
      const stale = await call('PATCH', place, body, { 'if-match': etag })
      await expectProblem(stale, 412, 'precondition_failed')
    }
    expect(await jsonOf(call('GET', place))).toMatchObject({ full_name: 'Meanwhile' })
    expect(await kindsOf(server, userId)).not.toContain('login_failed')
  })

  it('for an ETag that became stale while the password was verified', async () => {
    const { call } = await testUser(server)
    const headers = { 'if-match': etagOf(await call('GET', place)) }
    afterHashing(server, () => call('PATCH', place, { full_name: 'Meanwhile' }))
    const body = { full_name: 'x', email: 's@example.com', current_password }
    await expectProblem(await call('PATCH', place, body, headers), 412, 'precondition_failed')
    const user = await jsonOf(call('GET', place))
    expect(user).toMatchObject({ full_name: 'Meanwhile' })
    expect(user).not.toHaveProperty('email')
  })
})
