/** SECURITY.md names a test for every threat, and all these tests exist. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

interface Threat {
  /** Such as `API1`, `M1` or `2.2.2`. A line may cover several threats. */
  readonly ids: readonly string[]
  readonly proofs: readonly { readonly file: string; readonly title: string }[]
}

const proof = /\]\((test\/[^)]+)\) "(.+?)"(?=<br>| \|)/g

const threats: Threat[] = read('SECURITY.md')
  .split('\n')
  .filter((line) => /^\| (API\d|M\d|\d\.\d)/.test(line))
  .map((line) => {
    const [ids = ''] = line.slice(2).split(' | ')
    const proofs = [...line.matchAll(proof)].map(([, file = '', title = '']) => ({ file, title }))
    return { ids: ids.split(', '), proofs }
  })

/** Whether the file has a test with this title. The citation may leave out the ids of requirements, as in `title [D7]`. */
function isThere({ file, title }: Threat['proofs'][number]): boolean {
  if (!existsSync(new URL(file, root))) return false
  const text = read(file)
  return ["'", '"', '`'].some(
    (quote) => text.includes(`${quote}${title}${quote},`) || text.includes(`${quote}${title} [`),
  )
}

const numbered = (last: number, name: (n: number) => string) =>
  Array.from({ length: last }, (_, at) => name(at + 1))

describe('SECURITY.md', () => {
  it('covers the OWASP API Security Top 10, every section of RFC 9700, and recovery by mail', () => {
    const sections = ['2.1', '2.2.1', '2.2.2', '2.3', '2.4', '2.5', '2.6']
    const attacks = numbered(17, (n) => `4.${n}`)
    const all = [
      ...numbered(10, (n) => `API${n}`),
      ...numbered(9, (n) => `M${n}`),
      ...sections,
      ...attacks,
    ]
    expect(threats.flatMap(({ ids }) => ids).sort()).toEqual(all.sort())
  })

  it.each(threats)('names existing tests for $ids', ({ proofs }) => {
    expect(proofs.length).toBeGreaterThan(0)
    expect(proofs.filter((each) => !isThere(each))).toEqual([])
  })

  it('has a title after every link to a test', () => {
    const links = read('SECURITY.md').match(/\]\(test\//g) ?? []
    expect(threats.flatMap(({ proofs }) => proofs)).toHaveLength(links.length)
  })
})
