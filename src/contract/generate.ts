/**
 * `npm run generate`: openapi.yaml → `generated/`. With `--check` it writes nothing and fails where a file is stale.
 *
 * - `api.ts`: the types of every schema, parameter, body, header and status, by openapi-typescript
 * - `operations.ts`: the operation table, and the digest of the contract that all of this was made from
 * - `openapi.json`: the contract for programs
 * - `redoc/`: Redoc's own bundle, so that production needs none of the packages it is made from
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import openapiTypeScript, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'
import type { Document } from './document.ts'
import { operationTable } from './operation-table.ts'
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

function redocBundle(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`redoc/bundles/${name}`), 'utf8')
}

const files: Record<string, string> = {
  'api.ts': await apiTypes(),
  'operations.ts': operations(),
  'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  'redoc/redoc.standalone.js': redocBundle('redoc.standalone.js'),
  'redoc/redoc.standalone.js.LICENSE.txt': redocBundle('redoc.standalone.js.LICENSE.txt'),
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
  mkdirSync(new URL('redoc/', generatedFolder), { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    if (written(name) === text) continue
    writeFileSync(new URL(name, generatedFolder), text)
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
