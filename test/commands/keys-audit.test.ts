import { describe, expect, it } from 'vitest'
import { commandDatabase, tessera } from '../harness/command.ts'

describe('tessera keys', () => {
  it('records one event for each key that it adds or retires, and none if it fails [J3]', async () => {
    const settings = await commandDatabase()
    const run = (...args: readonly string[]) => tessera(args, { settings })
    const rotated = async () => (await run('keys', 'rotate', '--now')).out.slice(0, 43)
    const [old, fresh] = [await rotated(), await rotated()]
    await run('keys', 'retire', fresh)
    await run('keys', 'retire', 'unknown')
    expect(await run('keys', 'retire', old)).toMatchObject({ status: 0 })
    const { out } = await run('audit', 'tail', '--json')
    const lines = out.split('\n').filter(Boolean)
    expect(
      lines
        .map((line) => JSON.parse(line))
        .map(({ kind, origin, detail }) => [kind, origin, detail]),
    ).toEqual([
      ['key_rotated', 'command_line', old],
      ['key_rotated', 'command_line', fresh],
      ['key_retired', 'command_line', old],
    ])
  })
})
