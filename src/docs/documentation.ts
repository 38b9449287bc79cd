/** The contract as files for programs and as pages for people. No page loads anything from another host. */
import { readFileSync } from 'node:fs'
import type { RequestHandler } from 'express'
import { contractFile, generatedFolder } from '../contract/source.ts'
import { redoc } from './redoc.ts'
import { file, redirect, serveFiles } from './static-files.ts'
import { swaggerUi } from './swagger-ui.ts'

export function documentation(): RequestHandler {
  const yaml = readFileSync(contractFile)
  const json = readFileSync(new URL('openapi.json', generatedFolder))
  return serveFiles({
    '/': redirect('/redoc'),
    '/openapi.yaml': file('application/yaml', yaml),
    '/openapi.json': file('application/json', json),
    ...redoc(),
    ...swaggerUi(),
  })
}
