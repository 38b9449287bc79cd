/** What a command loads before it runs: each imports the rest when it needs it. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { listening } from '../harness/command.ts'

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

it('--help loads one package, and neither the store nor the web server', () => {
  const files = loadedBy('--help')
  const packages = files.flatMap(
    (file) => /^node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(file)?.[1] ?? [],
  )
  expect([...new Set(packages)].sort()).toEqual(['commander'])
  const own = files.filter((file) => /^(src|generated)\//.test(file))
  expect(own.filter((file) => /^src\/(serving|oauth)\//.test(file))).toEqual([])
  expect(own).not.toContain('src/store/store.ts')
  // `main.ts` hands in a contract: what names and checks one is loaded, what serves requests, tests or writes files is not.
  const layer = own.filter((file) => file.startsWith('src/contract/'))
  expect(layer.filter((file) => /\/(kit|generate|diff)\/|\/route\.ts$/.test(file))).toEqual([])
  expect(own.length - layer.length).toBeLessThan(32)
})

it('serve loads no validator of requests before the first one, and never the fetch of Node', async () => {
  const builtIn = `data:text/javascript,${encodeURIComponent(`
    process.on('exit', () => process._rawDebug(process.moduleLoadList.join('\\n')))`)}`
  const { err, end } = await listening(['serve'], {
    settings: { PORT: '0', DATABASE_URL: ':memory:' },
    node: ['--import', recorder, '--import', builtIn],
  })
  await end('SIGTERM')
  expect(err()).toContain('/src/serving/app.ts')
  expect(err()).toContain('NativeModule http')
  expect(err()).not.toContain('express-openapi-validator')
  expect(err()).not.toContain('undici')
  // The index of jose loads 22 modules that the server does not need.
  expect(err()).not.toMatch(/jose\/dist\/webapi\/index\.js/)
})
