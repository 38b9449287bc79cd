import { globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { aboutPostgres, onBoth, onlyInAll, onlyInWorld, onlyPostgres, onlySqlite } from './suite.ts'

it('has only patterns that match a file, so that a renamed file is not left out unnoticed', () => {
  const patterns = [
    ...[aboutPostgres, onBoth, onlyInAll, onlyInWorld],
    ...[onlyPostgres, onlySqlite],
  ].flat()
  const each = patterns.flatMap((pattern) => {
    const [, before = pattern, names = '', after = ''] = /^(.*)\{([^}]*)\}(.*)$/.exec(pattern) ?? []
    return names.split(',').map((name) => `${before}${name}${after}`)
  })
  expect(each.filter((pattern) => globSync(pattern).length === 0)).toEqual([])
})
