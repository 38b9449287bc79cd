import { beforeEach, describe, expect, it } from 'vitest'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'

let database: Readonly<Record<string, string>>
beforeEach(async () => {
  database = await commandDatabase()
})

const password = 'correct horse battery'
const user = (args: readonly string[], input = `${password}\n`): Promise<Outcome> =>
  tessera(['user', ...args], { input, settings: { ...database, BCRYPT_COST: '10' } })

describe('tessera user add', () => {
  it('adds an account, with the password from standard input', async () => {
    const names = ['--email', 'johndoe@example.com', '--full-name', 'John Doe']
    const profile = [...names, '--locale', 'de']
    const added = await user(['add', 'johndoe', ...profile])
    expect(added).toMatchObject({ status: 0, err: '' })
    expect(added.out).toMatch(
      /^added johndoe \(u_[\w-]{22}\) with me:read me:write items:read items:write\n$/,
    )
    const [row] = JSON.parse((await user(['list', '--json'])).out)
    expect(row).toMatchObject({
      username: 'johndoe',
      email: 'johndoe@example.com',
      full_name: 'John Doe',
      locale: 'de',
      disabled: false,
    })
    expect(JSON.stringify(row)).not.toMatch(/hash/)
  })

  it('gives a later account of the same name a new id (RFC 9700 §4.15)', async () => {
    const idOf = ({ out }: Outcome) => /\((u_[\w-]{22})\)/.exec(out)?.[1]
    const first = idOf(await user(['add', 'phoenix']))
    await user(['delete', 'phoenix'])
    const second = idOf(await user(['add', 'phoenix']))
    expect(second).toMatch(/^u_/)
    expect(second).not.toBe(first)
  })

  it('stores the requested scopes, and the name as it was written', async () => {
    await user(['add', 'JohnDoe', '--scopes', 'items:read items:read'])
    const [row] = JSON.parse((await user(['list', '--json'])).out)
    expect(row).toMatchObject({ username: 'JohnDoe', scopes: ['items:read'] })
  })

  it.each([
    ['--email', 'nowhere', /the email is not a valid e-mail address/],
    ['--full-name', 'a\nb', /a full name has 1 to 200 characters/],
    ['--full-name', '', /a full name has 1 to 200 characters/],
  ])('rejects %s %j', async (option, value, reason) => {
    const refused = await user(['add', 'johndoe', option, value])
    expect(refused).toMatchObject({ status: 1, out: '', err: expect.stringMatching(reason) })
  })

  it.each(['password1password1', 'johndoejohndoejohndoe'])(
    'rejects the password %s [I1]',
    async (chosen) => {
      const refused = await user(['add', 'johndoe'], `${chosen}\n`)
      const err = expect.stringMatching(/^tessera: the password is easy to guess: .*\n$/)
      expect(refused).toMatchObject({ status: 1, out: '', err })
    },
  )

  it('rejects a password that is too short, and says how long it must be', async () => {
    const refused = await user(['add', 'johndoe'], 'secret123\n')
    expect(refused).toMatchObject({
      status: 1,
      out: '',
      err: 'tessera: the password must have at least 15 characters\n',
    })
  })

  it('counts an emoji as one character', async () => {
    expect(await user(['add', 'johndoe'], `${'😀'.repeat(14)}\n`)).toMatchObject({ status: 1 })
    expect(await user(['add', 'johndoe'], `${'😀'.repeat(15)}\n`)).toMatchObject({ status: 0 })
  })

  it('requires a password', async () => {
    expect(await user(['add', 'johndoe'], '')).toMatchObject({
      status: 1,
      err: 'tessera: no password: write it to standard input\n',
    })
  })

  it('adds an account without a password, which a later command sets [K77]', async () => {
    const added = await user(['add', 'johndoe', '--no-password'], '')
    expect(added).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringMatching(/^added johndoe /),
    })
    expect((await user(['show', 'johndoe'])).out).toMatch(/^password +none$/m)
    expect((await user(['password', 'johndoe'])).status).toBe(0)
    expect((await user(['show', 'johndoe'])).out).not.toMatch(/^password/m)
  })

  it.each(['johndoe', 'JohnDoe', 'ｊｏｈｎｄｏｅ'])(
    'rejects %s if johndoe exists',
    async (disguise) => {
      await user(['add', 'johndoe'])
      expect(await user(['add', disguise])).toMatchObject({
        status: 1,
        err: `tessera: user ${disguise} already exists\n`,
      })
      // Before it asks for a password.
      expect((await user(['add', disguise], '')).err).toMatch(/already exists/)
    },
  )

  it('rejects a scope that the contract does not declare, and names the declared ones', async () => {
    const refused = await user(['add', 'johndoe', '--scopes', 'me:read root'])
    expect(refused).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^tessera: unknown scope root: use me:read .*audit:read\n$/),
    })
  })

  it('adds an account without scopes', async () => {
    expect(await user(['add', 'johndoe', '--scopes', ''])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/with no scope/),
    })
  })

  it.each(['', 'a\nb', 'a b', 'a\u200bb', 'x'.repeat(201)])('rejects the name %j', async (name) => {
    expect(await user(['add', name])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/a username has 1 to 200 characters/),
    })
  })
})

describe('tessera user add with LOGIN_WITH', () => {
  it('rejects a name with @ before it asks for a password, if that is read as an address [K71]', async () => {
    const add = (LOGIN_WITH: string, input: string) =>
      tessera(['user', 'add', 'bob@example.com'], {
        input,
        settings: { ...database, BCRYPT_COST: '10', LOGIN_WITH },
      })
    expect(await add('username,email', '')).toMatchObject({
      status: 1,
      out: '',
      err: 'tessera: the username must not contain @: the server reads it as an e-mail address\n',
    })
    expect(await add('username', `${password}\n`)).toMatchObject({ status: 0 })
  })
})

describe('tessera user disable', () => {
  it('disables the account', async () => {
    await user(['add', 'johndoe'])
    expect(await user(['disable', 'johndoe'])).toMatchObject({
      status: 0,
      out: 'disabled johndoe\n',
    })
    expect((await user(['list'])).out).toMatch(/^johndoe {14}disabled {2}u_/)
  })

  it('disables no other account; the list shows both, sorted by username', async () => {
    await user(['add', 'johndoe'])
    await user(['add', 'alice', '--scopes', 'me:read'])
    await user(['disable', 'johndoe'])
    expect((await user(['list'])).out).toMatch(
      /^alice +enabled +u_\S+ {2}me:read\njohndoe +disabled +u_\S+ {2}me:read me:write items:read items:write\n$/,
    )
    expect(JSON.parse((await user(['list', '--json'])).out)).toMatchObject([
      { username: 'alice', disabled: false, scopes: ['me:read'] },
      { username: 'johndoe', disabled: true, scopes: expect.arrayContaining(['items:write']) },
    ])
  })

  it('reports an unknown account', async () => {
    expect(await user(['disable', 'nobody'])).toMatchObject({
      status: 1,
      err: 'tessera: unknown user nobody\n',
    })
  })
})
