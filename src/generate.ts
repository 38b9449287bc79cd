/**
 * `npm run generate`: writes `generated/` from openapi.yaml. With `--check` it writes nothing and fails if a file is stale.
 *
 * - the files of the contract layer (`contract/generate.ts`)
 * - `client.ts`: the operations for `@tessera-oauth/client`
 * - `redoc/` and `swagger-ui/`: the bundles of the pages, so that production does not need their packages
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { parse } from 'yaml'
import { banner, generatedFiles } from './contract/generate.ts'
import type { Document } from './contract/openapi.ts'
import { type Operation, operationTable } from './contract/operation-table.ts'
import { contractFile, generatedFolder } from './contract/source.ts'

/** By method and path: the authentication of the request, and whether the response has a body. */
function clientOperations(document: Document): string {
  const lines = Object.values(operationTable(document)).map((operation) => {
    const { method, path, responses } = operation
    const isEmpty = [responses['200'], responses['204']].some((types) => types?.length === 0)
    return `  '${method} ${path}': ['${authenticationOf(operation)}', '${isEmpty ? 'empty' : 'body'}'],\n`
  })
  return `${banner}export const clientOperations = {\n${lines.join('')}} as const\n`
}

/** `bearer`: an access token; `client`: client credentials in a form. */
function authenticationOf({ request, security }: Operation): 'bearer' | 'client' | 'none' {
  if (request.includes('application/x-www-form-urlencoded')) return 'client'
  return security.length === 0 ? 'none' : 'bearer'
}

/** Files of a package, by their names in `generated/`. */
function copied(folder: string, name: string, paths: readonly string[]): Record<string, string> {
  const { resolve } = createRequire(import.meta.url)
  const file = (path: string) => readFileSync(resolve(`${name}/${path}`), 'utf8')
  return Object.fromEntries(paths.map((path) => [`${folder}/${basename(path)}`, file(path)]))
}

const files: Record<string, string> = {
  ...(await generatedFiles(contractFile)),
  'client.ts': clientOperations(parse(readFileSync(contractFile, 'utf8'))),
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
