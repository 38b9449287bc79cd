import { beforeEach, describe, expect, it } from 'vitest'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'

let database: Readonly<Record<string, string>>
beforeEach(async () => {
  database = await commandDatabase()
})

const run = (...args: readonly string[]): Promise<Outcome> =>
  tessera(args, {
    input: 'correct horse battery\n',
    settings: { ...database, BCRYPT_COST: '10' },
  })
const user = (...args: readonly string[]) => run('user', ...args)

interface Event {
  readonly kind: string
  readonly origin: string
  readonly user_id?: string
}

async function events(): Promise<Event[]> {
  const { out } = await run('audit', 'tail', '--json')
  return out
    .split('\n')
    .filter(Boolean)
    .map((line): Event => JSON.parse(line))
}

const kinds = async () => (await events()).map(({ kind }) => kind)

describe('tessera user', () => {
  it('records one event for each change, with the account and the command line as its origin [J3]', async () => {
    const added: { user_id: string } = JSON.parse((await user('add', 'alice', '--json')).out)
    await user('scopes', 'alice', 'me:read', 'users:read')
    await user('password', 'alice')
    await user('disable', 'alice')
    await user('enable', 'alice')
    await user('delete', 'alice')
    const all = await events()
    expect(all.map(({ kind }) => kind)).toEqual([
      'user_added',
      'user_updated',
      'password_changed',
      'user_disabled',
      'user_enabled',
      'user_deleted',
    ])
    for (const event of all)
      expect(event).toMatchObject({ origin: 'command_line', user_id: added.user_id })
    expect(all[1]).toMatchObject({ detail: '+users:read -me:write -items:read -items:write' })
  })

  it('records no event if it fails or changes nothing [J3]', async () => {
    await user('add', 'alice')
    await user('add', 'ALICE')
    await user('enable', 'alice')
    await user('scopes', 'alice', '--add', 'me:read', '--remove', 'users:read')
    await user('disable', 'nobody')
    expect(await kinds()).toEqual(['user_added'])
  })

  it.each([
    ['disable', 'ada'],
    ['scopes', 'ada', 'users:read'],
    ['scopes', 'ada', '--remove', 'users:write'],
    ['delete', 'ada'],
  ])('keeps the last administrator: %s', async (...args) => {
    await user('add', 'ada', '--scopes', 'users:read users:write')
    await user('add', 'ben', '--scopes', 'users:write')
    await user('disable', 'ben')
    expect(await user(...args)).toMatchObject({
      status: 1,
      out: '',
      err: 'tessera: no administrator would remain\n',
    })
    expect((await user('show', 'ada')).out).toMatch(/enabled\nscopes {5}users:read users:write\n/)
    await user('enable', 'ben')
    expect(await user(...args)).toMatchObject({ status: 0 })
  })
})

describe('tessera user scopes', () => {
  it.each([
    [['items:read', 'users:read'], 'items:read users:read'],
    [['items:read items:read'], 'items:read'],
    [['--add', 'users:read'], 'me:read users:read'],
    [['--remove', 'me:read'], 'no scope'],
    [['--add', 'users:read', 'audit:read'], 'me:read users:read audit:read'],
    [
      ['--add', 'users:read audit:read', '--remove', 'me:read', 'items:read'],
      'users:read audit:read',
    ],
    [[''], 'no scope'],
  ])('%j gives %s', async (args, scopes) => {
    await user('add', 'alice', '--scopes', 'me:read')
    expect(await user('scopes', 'alice', ...args)).toMatchObject({
      status: 0,
      out: `alice has ${scopes}\n`,
    })
  })

  it.each([
    [['root'], /unknown scope root: use me:read .*audit:read/],
    [['--add', 'root'], /unknown scope root/],
    [['--remove', 'root'], /unknown scope root/],
    [[], /give the scopes/],
    [['me:read', '--add', 'users:read'], /either all scopes, or --add and --remove/],
    [['', '--remove', 'me:read'], /either all scopes, or --add and --remove/],
  ])('rejects %j', async (args, reason) => {
    await user('add', 'alice', '--scopes', 'me:read')
    const refused = await user('scopes', 'alice', ...args)
    expect(refused).toMatchObject({ status: 1, out: '', err: expect.stringMatching(reason) })
    expect((await user('show', 'alice')).out).toMatch(/scopes {5}me:read\n/)
  })
})

describe('tessera user show', () => {
  it('shows everything except the hash', async () => {
    await user('add', 'alice', '--email', 'alice@example.com')
    const shown = await user('show', 'ALICE')
    expect(shown.out).toMatch(
      /^username {8}alice\nuser id {9}u_.{22}\nemail {11}alice@example.com\nfull name {7}none\nlocale {10}none\nemail verified {2}no\nstate {11}enabled\n/,
    )
    const asJson = await user('show', 'alice', '--json')
    expect(JSON.parse(asJson.out)).toMatchObject({ username: 'alice', disabled: false })
    expect(shown.out + asJson.out).not.toMatch(/hash|\$2b\$/)
  })

  it('accepts an id too, which no username can pass for', async () => {
    const { user_id }: { user_id: string } = JSON.parse((await user('add', 'alice', '--json')).out)
    await user('add', user_id)
    const shown = JSON.parse((await user('show', user_id, '--json')).out)
    expect(shown).toMatchObject({ username: 'alice', user_id })
  })

  it('reports an unknown account', async () => {
    await run('migrate')
    expect(await user('show', 'alice')).toMatchObject({
      status: 1,
      err: 'tessera: unknown user alice\n',
    })
  })
})

describe('tessera user list', () => {
  it('says how to add the first administrator if there are no accounts', async () => {
    await run('migrate')
    expect(await user('list')).toEqual({
      status: 0,
      out: '',
      err: 'no accounts yet; to add the first administrator: tessera user add NAME --scopes "me:read me:write items:read items:write users:read users:write audit:read"\n',
    })
  })

  it('is a JSON array, even if it is empty', async () => {
    await run('migrate')
    expect(JSON.parse((await user('list', '--json')).out)).toEqual([])
    await user('add', 'ben')
    await user('add', 'Ada')
    const names = JSON.parse((await user('list', '--json')).out).map(
      ({ username }: { username: string }) => username,
    )
    expect(names).toEqual(['Ada', 'ben'])
  })
})
