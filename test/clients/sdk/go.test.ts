/**
 * Clients in Go, as oapi-codegen and openapi-generator make them. They need `go`, the modules of the examples' `go.mod`
 * downloaded (the tests fetch none), and for the second one `openapi-generator.ts`.
 */
import { fileURLToPath } from 'node:url'
import { type Command, succeeds } from '../client-report.ts'
import { describeClient, found } from './generated-client.ts'
import { openapiGenerator } from './openapi-generator.ts'

const go = (...args: string[]): Command => ({
  file: 'go',
  args,
  environment: { GOPROXY: 'off', GOFLAGS: '-mod=readonly -buildvcs=false' },
})

const downloaded = (name: string, ...packages: string[]) =>
  succeeds({
    ...go('list', '-deps', ...packages),
    folder: fileURLToPath(new URL(name, import.meta.url)),
  })

const hasCodegen = await downloaded('go-oapi-codegen', 'tool', 'github.com/oapi-codegen/nullable')
const hasOauth2 = await downloaded('go-openapi-generator', 'golang.org/x/oauth2')

describeClient({
  generator: 'oapi-codegen',
  example: ['go-oapi-codegen', 'main.go'],
  lacks: hasCodegen ? undefined : 'go, or no oapi-codegen',
  make: async (made) => {
    await made.generate('go tool oapi-codegen', go('tool', 'oapi-codegen'))
    await made.run(go('build', '-o', 'built/', '.', './me'))
  },
  run: { file: 'built/example', args: [] },
  runReadme: { file: 'built/me', args: [] },
  // Those of the contract stand above those of the client.
  types: (made) =>
    found(made.read('tessera/client.go').split('type RequestEditorFn')[0] ?? '', /^type (\w+)/gm),
  suffixes: ['Params', 'FormdataRequestBody', 'JSONRequestBody'],
})

describeClient({
  generator: 'openapi-generator in Go',
  example: ['go-openapi-generator', 'main.go'],
  lacks: openapiGenerator.lacks ?? (hasOauth2 ? undefined : 'go, or no golang.org/x/oauth2'),
  make: async (made) => {
    await made.generate(openapiGenerator.words, openapiGenerator.command)
    await made.run(go('build', '-o', 'built/', '.'))
  },
  run: { file: 'built/example', args: [] },
  types: (made) =>
    made
      .list('tessera')
      .filter((file) => file.startsWith('model_'))
      .flatMap((file) => found(made.read(`tessera/${file}`), /^type (?!Nullable)([A-Z]\w+)/gm)),
})
