/** What a command loads before it runs: each imports the rest when it needs it. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

/** Prints the address of each module that is loaded. */
const recorder = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({
    load(url, context, next) {
      process._rawDebug(url)
      return next(url, context)
    },
  })`)}`

function loadedBy(...args: string[]): string[] {
  const { stderr } = spawnSync(process.execPath, ['--import', recorder, start, ...args], {
    encoding: 'utf8',
  })
  const files = stderr.split('\n').filter((line) => line.startsWith('file:'))
  return files.map((url) => fileURLToPath(url).slice(root.length))
}

it('--help loads two packages, and neither the store nor the web server', () => {
  const files = loadedBy('--help')
  const packages = files.flatMap(
    (file) => /^node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(file)?.[1] ?? [],
  )
  expect([...new Set(packages)].sort()).toEqual(['commander', 'zod'])
  const own = files.filter((file) => /^(src|generated)\//.test(file))
  expect(own.filter((file) => /^src\/(serving|oauth)\//.test(file))).toEqual([])
  expect(own).not.toContain('src/store/store.ts')
  // `main.ts` hands in a contract: what names and checks one is loaded, what serves requests, tests or writes files is not.
  const layer = own.filter((file) => file.startsWith('src/contract/'))
  expect(layer.filter((file) => /\/(kit|generate|diff)\/|\/route\.ts$/.test(file))).toEqual([])
  expect(own.length - layer.length).toBeLessThan(32)
})
