/** GitHub's contract, and the parts of it that begin with its first operations. */
import { readFileSync } from 'node:fs'
import { contractOf, type Document } from '#contract'
import { fileOf } from '../../contract/strangers/download.ts'

export const asked = { template: '/gitignore/templates/{name}', path: '/gitignore/templates/C' }

export function gitHubContract(): Document {
  const file = fileOf('@octokit/openapi@23.0.2', 'generated/api.github.com.json')
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** A contract of the first paths that together have that many operations, among them the one that is asked, with the components that they need. */
export function firstOperations(document: Document, count: number): Document {
  const paths: Document['paths'] = { [asked.template]: document.paths[asked.template] ?? {} }
  for (const [path, item] of Object.entries(document.paths)) {
    const more = { ...paths, [path]: item }
    if (operationsIn({ ...document, paths: more }) <= count) paths[path] = item
  }
  const part = { ...document, paths, components: componentsOf(document, paths) }
  return contractOf(part).document
}

export function operationsIn({ paths }: Document): number {
  const methods = ['get', 'put', 'post', 'patch', 'delete']
  return Object.values(paths)
    .flatMap((item) => Object.keys(item))
    .filter((key) => methods.includes(key)).length
}

type Components = NonNullable<Document['components']>

function componentsOf({ components = {} }: Document, paths: Document['paths']): Components {
  const all: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { ...components }
  const found = new Set<string>()
  const follow = (node: unknown) => {
    for (const [, kind = '', name = ''] of referencesIn(node)) {
      const key = `${kind}/${name}`
      if (found.has(key)) continue
      found.add(key)
      follow(all[kind]?.[name])
    }
  }
  follow(paths)
  const kept = Object.entries(all).map(([kind, named]) => [
    kind,
    Object.fromEntries(Object.entries(named).filter(([name]) => found.has(`${kind}/${name}`))),
  ])
  return Object.fromEntries(kept)
}

function referencesIn(node: unknown): Iterable<readonly string[]> {
  return (JSON.stringify(node) ?? '').matchAll(/"\$ref":"#\/components\/([^/"]+)\/([^"]+)"/g)
}
