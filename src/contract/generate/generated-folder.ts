/** The folder of the generated files: which of them are stale, and writing those. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generatedFiles } from '../generate.ts'

export interface GeneratedFolder {
  /** The path of the contract. */
  readonly contract: string
  /** The path of the folder. */
  readonly out: string
}

/** The text of each file that is absent or differs from what would be generated, by its path. Throws a `ContractError`. */
export async function staleFiles({ contract, out }: GeneratedFolder): Promise<Map<string, string>> {
  const files = await generatedFiles(pathToFileURL(contract), {
    library: '@tessera-oauth/contract',
    source: urlPath(out, contract),
  })
  const texts = Object.entries(files).map(([name, text]) => [join(out, name), text] as const)
  return new Map(
    texts.filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text),
  )
}

/** Writes the stale files, and returns their paths. */
export async function writeStale(folder: GeneratedFolder): Promise<string[]> {
  const stale = await staleFiles(folder)
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return [...stale.keys()]
}

/** The same on every machine: with slashes, and encoded as in a URL. */
function urlPath(from: string, to: string): string {
  const folders = relative(from, dirname(to)).split(sep).filter(Boolean)
  return [...folders, basename(to)].map(encodeURIComponent).join('/')
}
