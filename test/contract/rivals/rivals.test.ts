import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { libraries, rows } from './mistakes.ts'
import { compileProbes, nameOf, tableOf, type Verdicts } from './table.ts'

let verdicts: Verdicts
beforeAll(async () => {
  verdicts = await compileProbes()
}, 600_000)

describe('The compile probes of the rivals', () => {
  it.each(libraries)('compile for $name without a mistake', ({ probe }) => {
    expect(verdicts.get(nameOf(probe))).toEqual([])
  })

  it.each(rows)('of this package are refused: $title', ({ title }) => {
    expect(verdicts.get(nameOf('tessera', title))).not.toEqual([])
  })

  it.each(['README.md', '../../../src/contract/README.md'])('give the table of %s', (path) => {
    const readme = readFileSync(new URL(path, import.meta.url), 'utf8')
    expect(readme).toContain(tableOf(verdicts))
  })
})
