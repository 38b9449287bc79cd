/** Every line of `requirements.md` is cited by a test, but for those still to come. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** This list only shrinks. */
const stillToCome: readonly string[] = []

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

  it('has lines', () => {
    expect(required.length).toBeGreaterThan(80)
  })

  it('has a test for every line that is not still to come', () => {
    expect(required.filter((line) => !cited.has(line) && !stillToCome.includes(line))).toEqual([])
  })

  it('has no line still to come that has a test', () => {
    expect(stillToCome.filter((line) => cited.has(line))).toEqual([])
  })

  it('has every line that a test cites', () => {
    expect([...cited].filter((line) => !required.includes(line))).toEqual([])
  })
})
