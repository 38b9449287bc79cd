/**
 * `npm run generate`: openapi.yaml → `generated/`. With `--check` it writes nothing and fails where a file is stale.
 *
 * - `api.ts`: the types of every schema, parameter, body, header and status, by openapi-typescript
 * - `operations.ts`: the operation table
 * - `redoc/`: Redoc's own bundle, so that production needs none of the packages it is made from
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import openapiTypeScript, { astToString } from 'openapi-typescript'
import { documentFile, readDocument } from './document.ts'
import { operationTable } from './operation-table.ts'

const banner = '// Generated from openapi.yaml by `npm run generate`. Do not edit.\n\n'
const folder = new URL('../../generated/', import.meta.url)

const apiTypes = async () =>
  banner +
  astToString(
    await openapiTypeScript(documentFile, { rootTypes: true, rootTypesNoSchemaPrefix: true }),
  )

function operations(): string {
  const table = JSON.stringify(operationTable(readDocument()), null, 2)
  const flat = table.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, ' '))
  return `${banner}export const operationTable = ${flat} as const\n`
}

function redocBundle(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`redoc/bundles/${name}`), 'utf8')
}

const files = {
  'api.ts': await apiTypes(),
  'operations.ts': operations(),
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
  mkdirSync(new URL('redoc/', folder), { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    if (written(name) === text) continue
    writeFileSync(new URL(name, folder), text)
    process.stdout.write(`generated/${name}\n`)
  }
}

function written(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, folder), 'utf8')
  } catch {
    return undefined
  }
}
