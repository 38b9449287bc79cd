import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { newUser } from '../../src/accounts/new-user.ts'
import { auditEvent } from '../../src/audit/audit.ts'
import { readConfig } from '../../src/config/config.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'

let settings: Readonly<Record<string, string>>
let store: Store
beforeEach(async () => {
  settings = await commandDatabase()
  store = openStore(readConfig(settings).database)
  onTestFinished(() => store.close())
  await store.migrate()
})

const scopes = (...args: readonly string[]): Promise<Outcome> =>
  tessera(['user', 'scopes', ...args], { settings })

async function addUsers(count: number, held: readonly string[] = ['me:read']): Promise<void> {
  for (let n = 0; n < count; n++) {
    const username = `user-${String(n).padStart(3, '0')}`
    await store.users.add(newUser({ username, passwordHash: 'x', scopes: held }, n))
  }
}

const allScopes = async () =>
  new Set((await store.users.page(undefined, 1000)).map((user) => user.scopes.join(' ')))

describe('tessera user scopes --all', () => {
  it('changes every account once, with an event each, and nothing when it is repeated [N11]', async () => {
    await addUsers(150)
    const changes = ['--all', '--add', 'items:read', 'items:write', '--remove', 'me:read']
    expect(await scopes(...changes)).toEqual({
      out: 'changed 150 of 150 accounts\n',
      err: '',
      status: 0,
    })
    expect(await allScopes()).toEqual(new Set(['items:read items:write']))
    const events = await store.auditEvents.list({ limit: 1000 })
    expect(new Set(events.map(({ userId }) => userId)).size).toBe(150)
    expect(events).toHaveLength(150)
    expect(events[0]).toMatchObject({
      kind: 'user_updated',
      origin: 'command_line',
      detail: '+items:read +items:write -me:read',
    })
    const { out } = await scopes(...changes, '--json')
    expect(JSON.parse(out)).toEqual({ accounts: 150, changed: 0 })
    expect(await store.auditEvents.list({ limit: 1000 })).toHaveLength(150)
  })

  it.each([
    [['--all'], '--all needs --add or --remove: it replaces no scopes'],
    [['--all', 'ada', '--add', 'me:read'], 'give a username, or --all'],
    [[], 'give a username, or --all'],
    [
      ['--all', '--remove', 'users:write'],
      '--all cannot remove users:write: no administrator would remain',
    ],
    [['--all', '--add', 'notes:read'], expect.stringMatching(/^unknown scope notes:read: use /)],
  ])('rejects %j and changes nothing [N11]', async (args, message) => {
    await addUsers(2)
    const { err, out, status } = await scopes(...args)
    expect({ out, status }).toEqual({ out: '', status: 1 })
    expect(err.replace(/^tessera: |\n$/g, '')).toEqual(message)
    expect(await allScopes()).toEqual(new Set(['me:read']))
  })
})

describe('changeMany', () => {
  it('changes all accounts or none, and keeps an administrator [N11]', async () => {
    await addUsers(2, ['users:write'])
    const ids = (await store.users.page(undefined, 9)).map(({ userId }) => userId)
    const without = (kept: number) =>
      store.users.changeMany(ids.slice(kept), 1000, (user) => ({
        user: { ...user, scopes: [] },
        event: auditEvent('command_line', 'user_updated', { userId: user.userId }, 1000),
      }))
    await expect(without(0)).rejects.toMatchObject({ name: 'LastAdministrator' })
    expect(await allScopes()).toEqual(new Set(['users:write']))
    expect(await store.auditEvents.list({ limit: 9 })).toEqual([])
    expect(await without(1)).toBe(1)
    expect(await allScopes()).toEqual(new Set(['users:write', '']))
  })
})
