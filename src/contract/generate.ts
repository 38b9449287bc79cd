/**
 * `npm run generate`: openapi.yaml → `generated/`. With `--check` it writes nothing and fails where a file is stale.
 *
 * - `api.ts`: the types of every schema, parameter, body, header and status, by openapi-typescript
 * - `operations.ts`: the operation table, and the digest of the contract that all of this was made from
 * - `client.ts`: what `tessera/client` has to know of each operation
 * - `openapi.json`: the contract for programs
 * - `redoc/` and `swagger-ui/`: the pages' own bundles, so that production needs none of the packages they are made from
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import openapiTypeScript, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'
import type { Document } from './openapi.ts'
import { type Operation, operationTable } from './operation-table.ts'
import { contractFile, digestOf, generatedFolder } from './source.ts'

const banner = '// Generated from openapi.yaml by `npm run generate`. Do not edit.\n\n'
const text = readFileSync(contractFile, 'utf8')
const document: Document = parse(text)

async function apiTypes(): Promise<string> {
  const options = { rootTypes: true, rootTypesNoSchemaPrefix: true }
  return banner + astToString(await openapiTypeScript(contractFile, options))
}

function operations(): string {
  const table = JSON.stringify(operationTable(document), null, 2)
  const flat = table.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, ' '))
  return `${banner}export const contractDigest = '${digestOf(text)}'\n\nexport const operationTable = ${flat} as const\n`
}

/** By method and path: who calls the operation, and whether it answers with a body. */
function clientOperations(): string {
  const lines = Object.values(operationTable(document)).map((operation) => {
    const { method, path, replies } = operation
    const isEmpty = [replies['200'], replies['204']].some((types) => types?.length === 0)
    return `  '${method} ${path}': ['${callerOf(operation)}', '${isEmpty ? 'nothing' : 'body'}'],\n`
  })
  return `${banner}export const clientOperations = {\n${lines.join('')}} as const\n`
}

/** The holder of a token, a client that names itself in a form, or anyone. */
function callerOf({ request, security }: Operation): 'holder' | 'client' | 'anyone' {
  if (request.includes('application/x-www-form-urlencoded')) return 'client'
  return security.length === 0 ? 'anyone' : 'holder'
}

/** Files of a package, under the names that they get in `generated/`. */
function copied(folder: string, name: string, paths: readonly string[]): Record<string, string> {
  const { resolve } = createRequire(import.meta.url)
  const file = (path: string) => readFileSync(resolve(`${name}/${path}`), 'utf8')
  return Object.fromEntries(paths.map((path) => [`${folder}/${basename(path)}`, file(path)]))
}

const files: Record<string, string> = {
  'api.ts': await apiTypes(),
  'operations.ts': operations(),
  'client.ts': clientOperations(),
  'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  ...copied('redoc', 'redoc', [
    'bundles/redoc.standalone.js',
    'bundles/redoc.standalone.js.LICENSE.txt',
    'LICENSE',
  ]),
  ...copied('swagger-ui', 'swagger-ui-dist', [
    'swagger-ui-bundle.js',
    'swagger-ui-bundle.js.LICENSE.txt',
    'swagger-ui.css',
    'LICENSE',
    'NOTICE',
  ]),
}

if (process.argv.includes('--check')) check()
else write()

function check(): void {
  const stale = Object.entries(files).filter(([name, text]) => written(name) !== text)
  for (const [name] of stale)
    process.stderr.write(`generated/${name} is stale: run npm run generate\n`)
  if (stale.length > 0) process.exitCode = 1
}

function write(): void {
  for (const [name, text] of Object.entries(files)) {
    if (written(name) === text) continue
    const file = new URL(name, generatedFolder)
    mkdirSync(new URL('./', file), { recursive: true })
    writeFileSync(file, text)
    process.stdout.write(`generated/${name}\n`)
  }
}

function written(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, generatedFolder), 'utf8')
  } catch {
    return undefined
  }
}
