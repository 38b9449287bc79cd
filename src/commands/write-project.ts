/** Writes a project that is built on this server, from the files of `template`. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandNameOf } from './project-name.ts'

const template = fileURLToPath(new URL('../template', import.meta.url))

/** Under their own names, npm would leave the first one out of a package, and tools would take the others for those of this folder. */
const names: Readonly<Record<string, string>> = {
  _gitignore: '.gitignore',
  '_package.json': 'package.json',
  '_biome.json': 'biome.json',
}

/** Stands for the name of the project in every file. */
const placeholder = 'my-product'

interface Project {
  /** The path of its folder. */
  readonly folder: string
  /** That of its package. */
  readonly name: string
  /** Versions, or paths as `file:…`, of the packages of this repository. */
  readonly dependencies: Readonly<Record<string, string>>
}

export function writeProject({ folder, name, dependencies }: Project): void {
  const entries = readdirSync(template, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path, 'utf8').replaceAll(placeholder, commandNameOf(name))
    const target = join(
      folder,
      relative(template, entry.parentPath),
      names[entry.name] ?? entry.name,
    )
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, entry.name === '_package.json' ? manifest(text) : text)
  }

  function manifest(text: string): string {
    const given = JSON.parse(text)
    const changed = { ...given, name, dependencies: { ...given.dependencies, ...dependencies } }
    return `${JSON.stringify(changed, null, 2)}\n`
  }
}
