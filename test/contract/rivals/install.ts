/** Installs the libraries of the compile probes beside this repository's own packages, not among them. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const rivalsFolder = here('../../../node_modules/.cache/rivals')

/** Does nothing if the lockfile has not changed since the last time. */
export function installRivals(): void {
  mkdirSync(rivalsFolder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json', 'books.yaml'])
    cpSync(here(name), `${rivalsFolder}/${name}`)
  const lock = readFileSync(here('package-lock.json'), 'utf8')
  const done = `${rivalsFolder}/installed.json`
  if (existsSync(done) && readFileSync(done, 'utf8') === lock) return
  rmSync(`${rivalsFolder}/node_modules`, { recursive: true, force: true })
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: rivalsFolder,
    stdio: 'pipe',
    shell: process.platform === 'win32',
  })
  writeFileSync(done, lock)
}
