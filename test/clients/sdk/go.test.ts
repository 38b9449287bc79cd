/** Generated clients in Go. They need `go` and the modules of the examples' `go.mod`, already downloaded; the second also needs openapi-generator. */
import { fileURLToPath } from 'node:url'
import { type Command, succeeds } from '../run-client.ts'
import { describeClient, found } from './generated-client.ts'
import { openapiGenerator } from './openapi-generator.ts'

const go = (...args: string[]): Command => ({
  file: 'go',
  args,
  environment: { GOPROXY: 'off', GOFLAGS: '-mod=readonly -buildvcs=false' },
})

const isDownloaded = (name: string, ...packages: string[]) =>
  succeeds({
    ...go('list', '-deps', ...packages),
    folder: fileURLToPath(new URL(name, import.meta.url)),
  })

const hasCodegen = await isDownloaded('go-oapi-codegen', 'tool', 'github.com/oapi-codegen/nullable')
const hasOauth2 = await isDownloaded('go-openapi-generator', 'golang.org/x/oauth2')

describeClient({
  generator: 'oapi-codegen',
  example: ['go-oapi-codegen', 'main.go'],
  missing: hasCodegen ? undefined : 'go, or no oapi-codegen',
  build: async (example) => {
    await example.generate('go tool oapi-codegen', go('tool', 'oapi-codegen'))
    await example.run(go('build', '-o', 'built/', '.', './me'))
  },
  run: { file: 'built/example', args: [] },
  runReadme: { file: 'built/me', args: [] },
  // The types of the contract precede those of the client.
  types: (example) =>
    found(
      example.read('tessera/client.go').split('type RequestEditorFn')[0] ?? '',
      /^type (\w+)/gm,
    ),
  suffixes: [
    'Params',
    'FormdataRequestBody',
    'ApplicationMergePatchPlusJSONRequestBody',
    'JSONRequestBody',
  ],
})

describeClient({
  generator: 'openapi-generator in Go',
  example: ['go-openapi-generator', 'main.go'],
  missing: openapiGenerator.missing ?? (hasOauth2 ? undefined : 'go, or no golang.org/x/oauth2'),
  build: async (example) => {
    await example.generate(openapiGenerator.prefix, openapiGenerator.command)
    await example.run(go('build', '-o', 'built/', '.'))
  },
  run: { file: 'built/example', args: [] },
  types: (example) =>
    example
      .list('tessera')
      .filter((file) => file.startsWith('model_'))
      .flatMap((file) => found(example.read(`tessera/${file}`), /^type (?!Nullable)([A-Z]\w+)/gm)),
})
