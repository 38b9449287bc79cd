import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../harness/test-server.ts'
import {
  hasWorkerd,
  type Runtime,
  reactNative,
  redirector,
  withoutAbortController,
  workerd,
} from './runtimes.ts'

const runtimes = [
  ['workerd', workerd, hasWorkerd ? '' : ' (skipped: workerd does not run here)'],
  ['React Native', reactNative, ''],
  ['a fetch without AbortController', withoutAbortController, ''],
] as const

describe.each(runtimes)('the client on %s', (_name, start, missing) => {
  let server: TestServer
  let runtime: Runtime
  beforeAll(async () => {
    if (missing) return
    server = await testServer()
    runtime = await start()
  })
  afterAll(async () => {
    await runtime?.stop()
    await server?.stop()
  })

  it.skipIf(missing)(`logs in, lists, refreshes and updates${missing}`, async () => {
    expect(await runtime.run('session', server.url)).toEqual({
      scopes: ['items:read', 'items:write'],
      ids: ['Foo'],
      isRenewed: true,
      title: 'é & +',
      refused: { status: 403, code: 'insufficient_scope' },
    })
  })

  it.skipIf(missing || start === withoutAbortController)(
    `throws an AbortError from a call that is aborted${missing}`,
    async () => {
      expect(await runtime.run('abortedCall', server.url)).toEqual({ name: 'AbortError' })
    },
  )

  // React Native follows redirects, and offers no way to prevent it.
  it.skipIf(missing || start !== workerd)(`follows no redirect${missing}`, async () => {
    await using elsewhere = await redirector(server.url)
    expect(await runtime.run('failedLogin', elsewhere.url)).toEqual({
      name: 'UnexpectedResponse',
      message: 'Not a response of Tessera (307)',
    })
  })
})
