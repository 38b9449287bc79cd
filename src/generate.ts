/**
 * `npm run generate`: writes `generated/` from openapi.yaml. With `--check` it writes nothing and fails if a file is stale.
 *
 * - the files of the contract layer (`contract/generate.ts`)
 * - `client.ts`: the operations for `@tessera-oauth/client`
 * - `redoc/` and `swagger-ui/`: the bundles of the pages, so that production does not need their packages, also compressed
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { ContractError, contractOf, type Document, type Operation } from '#contract'
import { banner, generatedFiles } from '#contract/generate'
import { codings } from './docs/codings.ts'
import { contractFile, generatedFolder } from './docs/locations.ts'

/** By method and path: the authentication of the request, and whether the response has a body. */
function clientOperations(document: Document): string {
  const lines = Object.values(contractOf(document).operations).map((operation) => {
    const { method, path, responses } = operation
    const isEmpty = [responses['200'], responses['204']].some((types) => types?.length === 0)
    return `  '${method} ${path}': ['${authenticationOf(operation)}', '${isEmpty ? 'empty' : 'body'}'],\n`
  })
  return `${banner}export const clientOperations = {\n${lines.join('')}} as const\n`
}

/** `bearer`: an access token; `optional`: one, or none; `client`: client credentials in a form. */
function authenticationOf({ request, security }: Operation) {
  if (request.includes('application/x-www-form-urlencoded')) return 'client'
  if (security.length === 0) return 'none'
  return security.some((schemes) => Object.keys(schemes).length === 0) ? 'optional' : 'bearer'
}

/** Files of a package, by their names in `generated/`. */
function copied(folder: string, name: string, paths: readonly string[]): Record<string, string> {
  const { resolve } = createRequire(import.meta.url)
  const file = (path: string) => readFileSync(resolve(`${name}/${path}`), 'utf8')
  return Object.fromEntries(paths.map((path) => [`${folder}/${basename(path)}`, file(path)]))
}

/** The only foreign URL that Redoc's bundle loads: the logo of its maker. */
const logo = 'https://cdn.redoc.ly/redoc/logo-mini.svg'
const emptyImage =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%220%22 height=%220%22/%3E'

/** Bundles with this much text are also written compressed. */
const minCompressedLength = 50_000

const ofContract = await generatedFiles(contractFile, {
  library: '#contract',
  source: '../openapi.yaml',
}).catch(exitWithFaults)

function exitWithFaults(error: unknown): never {
  if (!(error instanceof ContractError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

const texts: Record<string, string> = {
  ...ofContract,
  'client.ts': clientOperations(JSON.parse(ofContract['openapi.json'] ?? '')),
  ...withoutLogo(
    copied('redoc', 'redoc', [
      'bundles/redoc.standalone.js',
      'bundles/redoc.standalone.js.LICENSE.txt',
      'LICENSE',
    ]),
  ),
  ...copied('swagger-ui', 'swagger-ui-dist', [
    'swagger-ui-bundle.js',
    'swagger-ui-bundle.js.LICENSE.txt',
    'swagger-ui.css',
    'LICENSE',
    'NOTICE',
  ]),
}

function withoutLogo(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replace(logo, emptyImage)]),
  )
}

/** A file to write. Compressed files are compared by what they contain: other versions of zlib compress differently. */
interface Output {
  readonly name: string
  readonly text: string
  readonly encode: (text: Buffer) => Buffer
  readonly decode: (file: Buffer) => Buffer
}

const same = (content: Buffer): Buffer => content
const outputs = Object.entries(texts).flatMap(([name, text]): Output[] => [
  { name, text, encode: same, decode: same },
  ...(/^(redoc|swagger-ui)\//.test(name) && text.length > minCompressedLength
    ? Object.values(codings).map(({ extension, compress, decompress }) => ({
        name: `${name}${extension}`,
        text,
        encode: compress,
        decode: decompress,
      }))
    : []),
])

if (process.argv.includes('--check')) check()
else write()

function check(): void {
  const stale = outputs.filter((output) => !isFresh(output))
  for (const { name } of stale)
    process.stderr.write(`generated/${name} is stale: run npm run generate\n`)
  if (stale.length > 0) process.exitCode = 1
}

function write(): void {
  for (const output of outputs) {
    if (isFresh(output)) continue
    const file = new URL(output.name, generatedFolder)
    mkdirSync(new URL('./', file), { recursive: true })
    writeFileSync(file, output.encode(Buffer.from(output.text)))
    process.stdout.write(`generated/${output.name}\n`)
  }
}

function isFresh({ name, text, decode }: Output): boolean {
  try {
    return decode(readFileSync(new URL(name, generatedFolder))).toString() === text
  } catch {
    return false
  }
}
