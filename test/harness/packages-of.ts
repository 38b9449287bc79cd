/** The packages that a program loads. */
import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'

/** Prints the packages that a program loads. */
const watch = `
import { registerHooks } from 'node:module'
const packages = new Set()
registerHooks({ load(url, context, next) {
  const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? []
  if (name) packages.add(name)
  return next(url, context)
} })
process.on('exit', () => console.log([...packages].join(' ')))
`

export function packagesOf(program: string): string {
  const hooks = `data:text/javascript,${encodeURIComponent(watch)}`
  const args = ['--import', hooks, '--input-type=module', '--eval', program]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.trim()
}
