import { beforeEach, describe, expect, it } from 'vitest'
import { commandDatabase, tessera } from '../harness/command.ts'
import { testServer } from '../harness/test-server.ts'

const password_hash = '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'

let settings: Record<string, string>
beforeEach(async () => {
  settings = await commandDatabase()
})

const importing = (...lines: readonly object[]) =>
  tessera(['user', 'import', '-'], {
    settings,
    input: lines.map((line) => JSON.stringify(line)).join('\n'),
  })

describe('tessera user import', () => {
  it('stores each scope once, and none for an empty list', async () => {
    await importing(
      { username: 'once', password_hash, scopes: ['me:read', 'me:read'] },
      { username: 'without', password_hash, scopes: [] },
    )
    const { out } = await tessera(['user', 'list', '--json'], { settings })
    expect(JSON.parse(out)).toMatchObject([
      { username: 'once', scopes: ['me:read'] },
      { username: 'without', scopes: [] },
    ])
  })

  it('accepts hashes of the previous pepper, and of no unknown one [I3]', async () => {
    const [pepper, previous] = ['n'.repeat(32), 'o'.repeat(32)]
    const before = await testServer({ settings: { PASSWORD_PEPPER: previous } })
    const hash = await before.services.passwords.hash('correct horse battery')
    await before.stop()
    const line = { username: 'alice', password_hash: hash }
    expect(await importing(line)).toMatchObject({ status: 1 })
    settings = { ...settings, PASSWORD_PEPPER: pepper, PASSWORD_PEPPER_PREVIOUS: previous }
    expect(await importing({ ...line, password_hash: `${hash}x` })).toMatchObject({ status: 1 })
    expect(await importing(line)).toMatchObject({ status: 0 })
  })

  it('rejects invalid UTF-8', async () => {
    const refused = await importing({ username: 'a\uFFFD', password_hash })
    expect(refused).toMatchObject({ status: 1, err: expect.stringMatching(/not UTF-8/) })
  })
})
