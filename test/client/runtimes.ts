/** The programs of `runtime-program.ts`, bundled, on runtimes other than Node. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import vm from 'node:vm'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

// These two have no types.
const require = createRequire(import.meta.url)
const XMLHttpRequest: unknown = require('xhr2')
const { default: binary }: { default: string } = require('workerd')

export interface Runtime {
  /** The result of a program. */
  run(program: string, url: string): Promise<unknown>
  stop(): Promise<void>
}

/** Its binary needs glibc. */
export const hasWorkerd = spawnSync(binary, ['--version']).status === 0

/** Cloudflare's runtime. */
export async function workerd(): Promise<Runtime> {
  const script = await bundled(
    'esm',
    `import * as programs from './runtime-program.ts'
    export default { async fetch(request) {
      const [program, url] = await request.json()
      return Response.json(await programs[program](url))
    } }`,
  )
  const worker = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-01',
    cf: false,
  })
  return {
    run: async (program, url) => {
      const body = JSON.stringify([program, url])
      return (await worker.dispatchFetch('http://worker', { method: 'POST', body })).json()
    },
    stop: () => worker.dispose(),
  }
}

/** What React Native has, and nothing else: its URL and URLSearchParams are incomplete, its `fetch` is a package. */
export async function reactNative(): Promise<Runtime> {
  return inContext(['whatwg-fetch', 'abort-controller/polyfill'])
}

/** Its requests have no signal. */
export async function withoutAbortController(): Promise<Runtime> {
  return inContext(['whatwg-fetch'])
}

async function inContext(polyfills: readonly string[]): Promise<Runtime> {
  const imports = polyfills.map((name) => `import '${name}'\n`).join('')
  const code = await bundled('iife', `${imports}export * from './runtime-program.ts'`)
  const globals = { XMLHttpRequest, FormData: class {}, setTimeout, clearTimeout }
  const context = vm.createContext(globals)
  vm.runInContext('self = globalThis; delete globalThis.ArrayBuffer', context)
  vm.runInContext(code, context)
  return {
    run: async (program, url) => {
      const call = `programs.${program}(${JSON.stringify(url)}).then(JSON.stringify)`
      return JSON.parse(await vm.runInContext(call, context))
    },
    stop: async () => {},
  }
}

/** A server that redirects every request, and lets every page see it. */
export async function redirector(target: string): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Headers', '*')
    response.writeHead(request.method === 'OPTIONS' ? 204 : 307, { Location: target + request.url })
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** The code of a module, with all that it imports. */
export async function bundled(format: 'esm' | 'iife', contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    format,
    globalName: 'programs',
    bundle: true,
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
