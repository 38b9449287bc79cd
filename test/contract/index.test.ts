import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

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

function packagesOf(program: string): string {
  const hooks = `data:text/javascript,${encodeURIComponent(watch)}`
  const args = ['--import', hooks, '--input-type=module', '--eval', program]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.trim()
}

describe('the door of the contract layer', () => {
  it('loads no package until a contract is served', () => {
    expect(packagesOf("await import('#contract')")).toBe('')
  })

  it('loads what it needs to validate when a contract is served', () => {
    const served = `
      const { contractOf, problemDetails, serve } = await import('#contract')
      const contract = contractOf({ openapi: '3.1.0', paths: {} })
      serve(contract, { handlers: {}, security: {}, errors: problemDetails() })`
    expect(packagesOf(served)).toContain('express-openapi-validator')
  })
})
