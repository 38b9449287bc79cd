/** SECURITY.md names a test for every threat, and each of them is there. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

interface Threat {
  /** `API1` or `2.2.2`; a line may be about several. */
  readonly ids: readonly string[]
  readonly proofs: readonly { readonly file: string; readonly title: string }[]
}

const proof = /\]\((test\/[^)]+)\) "(.+?)"(?=<br>| \|)/g

const threats: Threat[] = read('SECURITY.md')
  .split('\n')
  .filter((line) => /^\| (API\d|\d\.\d)/.test(line))
  .map((line) => {
    const [ids = ''] = line.slice(2).split(' | ')
    const proofs = [...line.matchAll(proof)].map(([, file = '', title = '']) => ({ file, title }))
    return { ids: ids.split(', '), proofs }
  })

/** Its name, as the file has it between quotes behind `it(` or `it.each(…)(`. */
function isThere({ file, title }: Threat['proofs'][number]): boolean {
  if (!existsSync(new URL(file, root))) return false
  return [`'${title}',`, `"${title}",`].some((quoted) => read(file).includes(quoted))
}

const numbered = (last: number, name: (n: number) => string) =>
  Array.from({ length: last }, (_, at) => name(at + 1))

describe('SECURITY.md', () => {
  it('has every one of the OWASP API Security Top 10, and every section of RFC 9700', () => {
    const sections = ['2.1', '2.2.1', '2.2.2', '2.3', '2.4', '2.5', '2.6']
    const attacks = numbered(17, (n) => `4.${n}`)
    const all = [...numbered(10, (n) => `API${n}`), ...sections, ...attacks]
    expect(threats.flatMap(({ ids }) => ids).sort()).toEqual(all.sort())
  })

  it.each(threats)('names tests for $ids that are there', ({ proofs }) => {
    expect(proofs.length).toBeGreaterThan(0)
    expect(proofs.filter((each) => !isThere(each))).toEqual([])
  })

  it('has no link to a test that is not read as a proof', () => {
    const links = read('SECURITY.md').match(/\]\(test\//g) ?? []
    expect(threats.flatMap(({ proofs }) => proofs)).toHaveLength(links.length)
  })
})
