/** A resource server in Go, with go-oidc. It needs `go` and the modules of `go/go.mod`, already downloaded. */
import { fileURLToPath } from 'node:url'
import { type Command, succeeds } from '../run-client.ts'
import { describeResourceServer } from './describe-resource-server.ts'

const go = (...args: string[]): Command => ({
  file: 'go',
  args,
  environment: { GOPROXY: 'off', GOFLAGS: '-mod=readonly -buildvcs=false' },
})

const folder = fileURLToPath(new URL('go', import.meta.url))
const installed = await succeeds({ ...go('list', '-deps', '.'), folder })

describeResourceServer({
  name: 'go-oidc',
  folder: 'go',
  missing: installed ? undefined : 'go, or no go-oidc',
  build: [go('build', '-o', 'server', '.')],
  start: { file: './server', args: [] },
})
