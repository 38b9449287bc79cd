/** The digests that connect generated files with the contract that they are made from. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** SHA-256 of a file of a contract. Line ends are normalized, because git may change them. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('base64url')
}

/**
 * The first source that has changed since its digest was taken. A source may be absent: an installed package need not have it.
 *
 * @param sources the digests by path relative to `base`, or by package and path, as Node resolves them
 */
export function staleSource(
  base: URL,
  sources: Readonly<Record<string, string>>,
): string | undefined {
  const stale = Object.entries(sources).find(([path, digest]) => {
    const file = urlOf(base, path)
    return file && existsSync(file) && digestOf(readFileSync(file, 'utf8')) !== digest
  })
  return stale?.[0].replace(/^(\.\.?\/)*/, '')
}

function urlOf(base: URL, path: string): URL | undefined {
  if (path.startsWith('.')) return new URL(path, base)
  try {
    return pathToFileURL(createRequire(base).resolve(path))
  } catch {
    return undefined
  }
}
