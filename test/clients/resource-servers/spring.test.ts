/** Resource servers with Spring Security 6.3 and 7. They need a JDK, Maven, and the dependencies of `spring/pom.xml`, already downloaded. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { java, maven } from '../maven.ts'
import { run, succeeds } from '../run-client.ts'
import { describeResourceServer } from './describe-resource-server.ts'
import { type HidingProxy, hidingProxy } from './hiding-proxy.ts'

const source = fileURLToPath(new URL('spring', import.meta.url))

for (const [security, boot] of [
  ['6.3', '3.3.13'],
  ['7', '4.1.2'],
]) {
  const version = `-Dspring-boot.version=${boot}`
  const resolves = await succeeds({ ...maven('dependency:resolve', version), folder: source })
  const missing = resolves ? undefined : 'Maven, or a dependency of pom.xml'
  const note = missing ? ` (skipped: there is no ${missing})` : ''
  const build = maven('compile', 'dependency:copy-dependencies', version)

  describeResourceServer({
    name: `Spring Security ${security}`,
    folder: 'spring',
    missing,
    build: [build],
    start: java('orders.Server', '--server.address=127.0.0.1', '--server.port=3000'),
  })

  describe.skipIf(missing)(`Spring Security ${security}, by the issuer${note}`, () => {
    let folder: string
    let proxy: HidingProxy
    let server: TestServer
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tessera-spring-'))
      cpSync(source, folder, { recursive: true })
      await run({ ...build, folder })
      proxy = await hidingProxy('/.well-known/openid-configuration')
      server = await testServer({ settings: { ISSUER: proxy.url } })
      proxy.forwardTo(server.url)
    }, 300_000)
    afterAll(async () => {
      await server?.stop()
      await proxy?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    const found = async () =>
      JSON.parse(await run({ ...java('Discovery', proxy.url, await server.token()), folder }))

    it('finds the keys and the endpoints, with and without the OpenID configuration [G7]', async () => {
      const withoutConfiguration = await found()
      expect(withoutConfiguration).toEqual({
        token_uri: `${proxy.url}/token`,
        jwks_uri: `${proxy.url}/.well-known/jwks.json`,
        authentication: 'client_secret_basic',
        decoded: expect.stringMatching(/\btyp\b/),
      })
      proxy.showAll()
      expect(await found()).toEqual(withoutConfiguration)
    }, 120_000)
  })
}
