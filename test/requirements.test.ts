/** Every line of `requirements.md` is cited by a test, except the lines in `untested`. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Lines without a test. This list only shrinks. */
const untested: readonly string[] = []

const folder = new URL('./', import.meta.url)

function linesRequired(): string[] {
  const text = readFileSync(new URL('requirements.md', folder), 'utf8')
  return [...text.matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, line = '']) => line)
}

/** `it('takes … [S2, A6]')` cites S2 and A6. The suite as a whole proves J5 (`harness/global-setup.ts`). */
function linesCited(): Set<string> {
  const titles = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .flatMap((text) => [...text.matchAll(/ \[((?:[A-Z]\d+, )*[A-Z]\d+)\]['"`]/g)])
    .map(([, lines = '']) => lines)
  return new Set(['J5', ...titles.flatMap((lines) => lines.split(', '))])
}

describe('requirements.md', () => {
  const required = linesRequired()
  const cited = linesCited()

  it('has more than 80 lines', () => {
    expect(required.length).toBeGreaterThan(80)
  })

  it('has a test for every line that is not in `untested`', () => {
    expect(required.filter((line) => !cited.has(line) && !untested.includes(line))).toEqual([])
  })

  it('has no test for a line in `untested`', () => {
    expect(untested.filter((line) => cited.has(line))).toEqual([])
  })

  it('contains every line that a test cites', () => {
    expect([...cited].filter((line) => !required.includes(line))).toEqual([])
  })
})
