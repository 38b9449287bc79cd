import { describe, expect, it } from 'vitest'
import { commandDatabase, tessera } from '../harness/command.ts'

const password_hash = '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'

describe('tessera user list', () => {
  it('prints every account once, sorted by username, over several pages', async () => {
    const settings = await commandDatabase()
    const names = Array.from({ length: 1001 }, (_, at) => `user-${at + 1000}`)
    const lines = names.toReversed().map((username) => JSON.stringify({ username, password_hash }))
    const imported = await tessera(['user', 'import', '-'], { settings, input: lines.join('\n') })
    expect(imported).toEqual({ status: 0, out: 'imported 1001 users\n', err: '' })
    const { out } = await tessera(['user', 'list'], { settings })
    expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual([...names, ''])
    const users = JSON.parse((await tessera(['user', 'list', '--json'], { settings })).out)
    expect(users.map(({ username }: { username: string }) => username)).toEqual(names)
  })
})
