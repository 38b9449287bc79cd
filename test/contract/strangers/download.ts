/** Downloads packages from the npm registry, once, without their dependencies. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const cache = fileURLToPath(new URL('../../../node_modules/.cache/strangers/', import.meta.url))

/** The URL of a file of a package such as `@scope/name@1.0.0`. */
export function fileOf(id: string, path: string): URL {
  const folder = `${cache}${id.replaceAll('/', '+')}`
  if (!existsSync(folder)) download(id, folder)
  return pathToFileURL(`${folder}/${path}`)
}

function download(id: string, folder: string): void {
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true })
  const options = { cwd: partial, encoding: 'utf8', shell: process.platform === 'win32' } as const
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', id, '--json'], options))
  execFileSync('tar', ['-xzf', filename, '--strip-components=1'], options)
  renameSync(partial, folder)
}
