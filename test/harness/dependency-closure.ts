/** The packages that an installation gets, as package-lock.json of this repository resolves them. */
import { readFileSync } from 'node:fs'

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
)

/** The packages with these names and all that they depend on, by name. Peers and nested copies are left out. */
export function dependencyClosure(names: readonly string[]): readonly string[] {
  const found = new Set<string>()
  const add = (name: string): void => {
    if (found.has(name)) return
    const locked = lock.packages[`node_modules/${name}`]
    if (!locked) throw new Error(`${name} is not in package-lock.json`)
    found.add(name)
    for (const each in { ...locked.dependencies, ...locked.optionalDependencies }) add(each)
  }
  for (const name of names) add(name)
  return [...found].sort()
}
