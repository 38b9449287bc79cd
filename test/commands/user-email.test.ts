import { beforeEach, describe, expect, it } from 'vitest'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'

let database: Readonly<Record<string, string>>
beforeEach(async () => {
  database = await commandDatabase()
})

const user = (...args: readonly string[]): Promise<Outcome> =>
  tessera(['user', ...args], {
    input: 'correct horse battery\n',
    settings: { ...database, BCRYPT_COST: '10' },
  })
const email = 'johndoe@example.com'
const shown = async () => (await user('show', 'johndoe')).out
const failed = (err: string) => ({ status: 1, out: '', err: `tessera: ${err}\n` })

describe('tessera user add --email-verified', () => {
  it('adds an account whose address is known, and needs an address [K72]', async () => {
    expect(await user('add', 'johndoe', '--email-verified')).toEqual(
      failed('give --email with --email-verified'),
    )
    await user('add', 'johndoe', '--email', email, '--email-verified')
    expect(await shown()).toMatch(
      /^email {11}johndoe@example\.com\n.*\n.*\nemail verified {2}yes$/m,
    )
    const again = await user('add', 'other', '--email', 'JohnDoe@example.com', '--email-verified')
    expect(again).toEqual(failed('the e-mail address belongs to a different account'))
    await user('add', 'other', '--email', email)
    expect((await user('show', 'other')).out).toMatch(/^email verified {2}no$/m)
  })
})

describe('tessera user email', () => {
  it('changes the address, and says whether it is known [K72]', async () => {
    await user('add', 'johndoe')
    expect(await shown()).not.toMatch(/verified/)
    const set = await user('email', 'johndoe', email)
    expect(set).toMatchObject({ status: 0, out: `johndoe has the unverified address ${email}\n` })
    const verified = await user('email', 'johndoe', '--verified')
    expect(verified.out).toBe(`johndoe has the verified address ${email}\n`)
    const { out } = await user('email', 'johndoe', 'ユーザー@例え.jp', '--verified', '--json')
    expect(JSON.parse(out)).toMatchObject({ email: 'ユーザー@例え.jp', email_verified: true })
    expect((await user('email', 'johndoe', email)).out).toMatch(/unverified/)
  })

  it('of the address that the account has is an event, too: it ends the way back [K72]', async () => {
    await user('add', 'johndoe', '--email', email, '--email-verified')
    await user('email', 'johndoe', email, '--verified')
    const { out } = await tessera(['audit', 'tail', '--user', 'johndoe', '--json'], {
      settings: database,
    })
    expect(out).toMatch(/"kind": ?"user_updated".*"detail": ?"email"/)
  })

  it('says what is wrong [K72]', async () => {
    await user('add', 'johndoe')
    expect(await user('email', 'johndoe')).toEqual(failed('give an address, or --verified'))
    expect(await user('email', 'johndoe', '--verified')).toEqual(failed('johndoe has no address'))
    expect(await user('email', 'johndoe', 'nowhere')).toEqual(
      failed('the email is not a valid e-mail address'),
    )
    expect(await user('email', 'nobody', email)).toEqual(failed('unknown user nobody'))
    await user('add', 'other', '--email', email, '--email-verified')
    expect(await user('email', 'johndoe', email, '--verified')).toEqual(
      failed('the e-mail address belongs to a different account'),
    )
  })
})
