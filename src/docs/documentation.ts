/** The contract as files for programs and as pages for people. No page loads anything from another host. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { RequestHandler } from 'express'
import { contractFile, generatedFolder } from '../contract/source.ts'
import { redoc } from './redoc.ts'
import { file, redirect, type StaticFile, serveFiles } from './static-files.ts'
import { swaggerUi } from './swagger-ui.ts'

export function documentation(): RequestHandler {
  const yaml = readFileSync(contractFile)
  const json = readFileSync(new URL('openapi.json', generatedFolder))
  return serveFiles({
    '/': redirect('/redoc'),
    '/openapi.yaml': compressed('application/yaml', yaml),
    '/openapi.json': compressed('application/json', json),
    ...redoc(),
    ...swaggerUi(),
  })
}

/** At start, in milliseconds; brotli would take seconds. */
const compressed = (mediaType: string, content: Buffer): StaticFile =>
  file(mediaType, content, { gzip: gzipSync(content) })
