/** `--json` prints a list as an array and everything else as an object. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { commandDatabase, tessera } from '../harness/command.ts'
import { emptyDatabase } from '../harness/database.ts'

let settings: Readonly<Record<string, string>>
beforeEach(async () => {
  settings = { ...(await commandDatabase()), BCRYPT_COST: '10' }
})

async function json(...args: readonly string[]) {
  const { status, out, err } = await tessera([...args, '--json'], { settings })
  expect({ status, err }).toEqual({ status: 0, err: '' })
  return JSON.parse(out)
}

const secret = expect.stringMatching(/^[\w-]{43}$/)
const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)

describe('--json', () => {
  it('prints a client as an object, with a new secret, and the list as an array', async () => {
    const shop = {
      client_id: 'shop',
      confidential: true,
      grants: ['password', 'refresh_token'],
      may_introspect: false,
      disabled: false,
      created_at: moment,
    }
    expect(await json('client', 'add', 'shop')).toEqual({ ...shop, secret })
    expect(await json('client', 'rotate-secret', 'shop')).toEqual({ ...shop, secret })
    expect(await json('client', 'disable', 'shop')).toEqual({ ...shop, disabled: true })
    expect(await json('client', 'enable', 'shop')).toEqual(shop)
    expect(await json('client', 'list')).toEqual([shop])
  })

  it('prints a key as an object, and the list as an array', async () => {
    const old = await json('keys', 'rotate')
    expect(old).toEqual({ kid: secret, alg: 'RS256', state: 'signs', signs_from: moment })
    const fresh = await json('keys', 'rotate', '--now')
    expect(await json('keys', 'list')).toEqual([
      { ...fresh, state: 'signs' },
      { ...old, state: 'verifies', refused_from: moment },
    ])
    const retired = { ...old, state: 'refused', refused_from: moment }
    const { out } = await tessera(['keys', 'retire', '--json', '--', old.kid], { settings })
    expect(JSON.parse(out)).toEqual(retired)
  })

  it('prints the applied migrations as an array', async () => {
    const empty = await emptyDatabase()
    onTestFinished(() => empty.drop())
    settings = empty.settings
    expect(await json('migrate')).toEqual(expect.arrayContaining(['0001-users']))
    expect(await json('migrate')).toEqual([])
  })
})
