import { globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { aboutPostgres, onBoth, onlyInAll, postgresAlone, sqliteAlone } from './suite.ts'

it('chooses by patterns each of which finds a file, so that no renamed file is left out unnoticed', () => {
  const patterns = [aboutPostgres, onBoth, onlyInAll, postgresAlone, sqliteAlone].flat()
  const each = patterns.flatMap((pattern) => {
    const [, before = pattern, names = '', after = ''] = /^(.*)\{([^}]*)\}(.*)$/.exec(pattern) ?? []
    return names.split(',').map((name) => `${before}${name}${after}`)
  })
  expect(each.filter((pattern) => globSync(pattern).length === 0)).toEqual([])
})
