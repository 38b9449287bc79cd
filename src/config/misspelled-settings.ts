/** Finds environment variables that are probably meant as settings: a misspelled setting has no effect and no error. */
import type { Environment } from './config.ts'
import { settings } from './settings.ts'

const names = Object.keys(settings)

/** Shorter names resemble too much else. */
const minLength = 8
const maxTypos = 2

/** Pairs of a variable and the setting that it resembles. */
export function misspelledSettings(environment: Environment): (readonly [string, string])[] {
  return Object.keys(environment)
    .filter((name) => name.length >= minLength && !names.includes(name))
    .flatMap((name) => {
      const meant = names.find(
        (each) =>
          each.length >= minLength &&
          Math.abs(each.length - name.length) <= maxTypos &&
          distance(name, each) <= maxTypos,
      )
      return meant === undefined ? [] : [[name, meant] as const]
    })
}

/** The number of inserted, removed and replaced characters (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
