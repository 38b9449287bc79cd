import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { basic, postToken, validForm } from '../harness/token-request.ts'

let database: Readonly<Record<string, string>>
beforeEach(async () => {
  database = await commandDatabase()
})

const client = (...args: readonly string[]): Promise<Outcome> =>
  tessera(['client', ...args], { settings: database })

async function server(): Promise<TestServer> {
  const running = await testServer({ settings: database })
  onTestFinished(() => running.stop())
  return running
}

const secretIn = ({ out }: Outcome) => /^secret: ([\w-]{43})$/m.exec(out)?.[1] ?? 'none'

async function statusWith(running: TestServer, credentials: string): Promise<number> {
  return (await postToken(running, validForm, basic(credentials))).status
}

describe('tessera client add', () => {
  it('registers a confidential client with a running server, and prints its secret once [B1]', async () => {
    const running = await server()
    const added = await client('add', 'service', '--introspect')
    expect(added).toMatchObject({ status: 0, err: '' })
    expect(added.out).toMatch(
      /^added service +confidential {2}grants: password refresh_token {2}scopes: all {2}may introspect\n/,
    )
    expect(await statusWith(running, `service:${secretIn(added)}`)).toBe(200)
    expect(await statusWith(running, 'service:none')).toBe(401)
    const listed = (await client('list')).out + (await client('list', '--json')).out
    expect(listed).not.toContain(secretIn(added))
    expect(listed).not.toMatch(/hash/)
  })

  it('registers a public client without a secret [B9]', async () => {
    const running = await server()
    const added = await client('add', 'app', '--public', '--grants', 'password')
    expect(added.out).toBe(
      'added app                   public        grants: password  scopes: all\n',
    )
    expect(await statusWith(running, 'app:')).toBe(200)
  })

  it('lists the registered clients', async () => {
    await client('add', 'b', '--public', '--scopes', 'me:read', '--grants', 'refresh_token')
    await client('add', 'a', '--introspect')
    await client('add', 'c')
    const created_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
    const state = { disabled: false, created_at }
    expect(JSON.parse((await client('list', '--json')).out)).toEqual([
      {
        client_id: 'a',
        confidential: true,
        grants: ['password', 'refresh_token'],
        may_introspect: true,
        ...state,
      },
      {
        client_id: 'b',
        confidential: false,
        grants: ['refresh_token'],
        scopes: ['me:read'],
        may_introspect: false,
        ...state,
      },
      {
        client_id: 'c',
        confidential: true,
        grants: ['password', 'refresh_token'],
        may_introspect: false,
        ...state,
      },
    ])
  })

  it.each([
    [['x', '--grants', 'implicit'], /unknown grant implicit: use password refresh_token/],
    [['x', '--scopes', 'me:read root'], /unknown scope root: use me:read me:write items:read/],
    [['x', '--public', '--introspect'], /a public client cannot introspect/],
    [['tessera'], /tessera is the built-in client/],
    [[''], /a client id must have 1 to 200 characters/],
    [['a\nb'], /a client id must have 1 to 200 characters/],
  ])('rejects %j', async (args, reason) => {
    const refused = await client('add', ...args)
    expect(refused).toMatchObject({ status: 1, out: '', err: expect.stringMatching(reason) })
    expect((await client('list')).out).toBe('')
  })

  it('rejects an existing id, and does not change its client', async () => {
    const running = await server()
    const added = await client('add', 'service')
    expect(await client('add', 'service', '--public')).toMatchObject({
      status: 1,
      err: 'tessera: client service already exists\n',
    })
    expect(await statusWith(running, `service:${secretIn(added)}`)).toBe(200)
  })
})

describe('tessera client disable', () => {
  it('rejects the client from the next request on [B4]', async () => {
    const running = await server()
    expect(await statusWith(running, 'demo-service:demo-service-secret')).toBe(200)
    const disabled = await client('disable', 'demo-service')
    expect(disabled).toMatchObject({ status: 0, out: 'disabled demo-service\n' })
    expect(await statusWith(running, 'demo-service:demo-service-secret')).toBe(401)
    expect((await client('list')).out).toMatch(/^demo-service .* disabled\n$/)
    const [listed] = JSON.parse((await client('list', '--json')).out)
    expect(listed).toMatchObject({ client_id: 'demo-service', disabled: true })
  })

  it('changes no other client', async () => {
    const running = await server()
    await client('add', 'app', '--public')
    await client('disable', 'demo-service')
    expect(await statusWith(running, 'app:')).toBe(200)
  })
})

describe('tessera client enable', () => {
  it('accepts the client again, and does not restore its sessions [B4, J3]', async () => {
    const running = await server()
    await client('add', 'shop', '--public')
    const form = `${validForm}&client_id=shop`
    const { access_token } = JSON.parse(await (await postToken(running, form)).text())
    await client('disable', 'shop')
    expect(await client('enable', 'shop')).toMatchObject({ status: 0, out: 'enabled shop\n' })
    expect(await statusWith(running, 'shop:')).toBe(200)
    expect((await running.get('/users/me', access_token)).status).toBe(401)
    const [event] = await running.services.store.auditEvents.list({
      kind: 'client_enabled',
      limit: 5,
    })
    expect(event).toMatchObject({ clientId: 'shop', origin: 'command_line' })
  })
})

describe('tessera client rotate-secret', () => {
  it('accepts only the new secret from the next request on [B4]', async () => {
    const running = await server()
    const rotated = await client('rotate-secret', 'demo-service')
    expect(rotated).toMatchObject({ status: 0, err: '' })
    expect(await statusWith(running, `demo-service:${secretIn(rotated)}`)).toBe(200)
    expect(await statusWith(running, 'demo-service:demo-service-secret')).toBe(401)
  })

  it('changes the secret of no other client', async () => {
    const running = await server()
    await client('add', 'service')
    await client('rotate-secret', 'service')
    expect(await statusWith(running, 'demo-service:demo-service-secret')).toBe(200)
  })

  it('rejects a public client, which would become confidential', async () => {
    await client('add', 'app', '--public')
    expect(await client('rotate-secret', 'app')).toMatchObject({
      status: 1,
      out: '',
      err: 'tessera: unknown confidential client app\n',
    })
  })

  it.each(['disable', 'enable', 'rotate-secret'])(
    'and %s report an unknown client',
    async (what) => {
      const refused = await client(what, 'nobody')
      expect(refused).toMatchObject({
        status: 1,
        err: expect.stringMatching(/unknown (confidential )?client nobody\n/),
      })
    },
  )
})

describe('the built-in client', () => {
  it.each(['add', 'disable', 'enable', 'rotate-secret'])('rejects %s', async (command) => {
    const refused = await client(command, 'tessera')
    expect(refused).toMatchObject({
      status: 1,
      err: 'tessera: tessera is the built-in client, which cannot be changed\n',
    })
  })
})

describe('tessera client disable', () => {
  it('ends the sessions of the client, with one audit event for each change [D7, J3]', async () => {
    const running = await server()
    const doubled = ['--scopes', 'me:read me:read', '--grants', 'password password']
    const added = await client('add', 'shop', '--public', ...doubled)
    expect(added.out).toMatch(/grants: password {2}scopes: me:read\n/)
    expect((await client('add', 'none', '--grants', '')).err).toMatch(/needs at least one grant/)
    const response = await postToken(running, `${validForm}&client_id=shop`)
    const { access_token } = JSON.parse(await response.text())
    const first = await running.token()
    await client('disable', 'shop')
    expect((await running.get('/users/me', access_token)).status).toBe(401)
    expect((await running.get('/users/me', first)).status).toBe(200)
    await client('add', 'service')
    await client('rotate-secret', 'service')
    const events = await running.services.store.auditEvents.list({ limit: 50 })
    const ofClients = events.filter(({ kind }) => kind.startsWith('client_'))
    expect(ofClients.map(({ kind, clientId, origin }) => [kind, clientId, origin])).toEqual([
      ['client_secret_rotated', 'service', 'command_line'],
      ['client_added', 'service', 'command_line'],
      ['client_disabled', 'shop', 'command_line'],
      ['client_added', 'shop', 'command_line'],
    ])
  })
})
