/** The contract, for people and for programs: served from here, with no request to anywhere else. */
import { readFileSync } from 'node:fs'
import type { RequestHandler } from 'express'
import { contractFile, generatedFolder } from '../contract/source.ts'
import { redoc } from './redoc.ts'
import { file, redirect, serving } from './serving.ts'
import { swaggerUi } from './swagger-ui.ts'

export function documentation(): RequestHandler {
  const written = readFileSync(contractFile)
  const generated = readFileSync(new URL('openapi.json', generatedFolder))
  return serving({
    '/': redirect('/redoc'),
    '/openapi.yaml': file('application/yaml', written),
    '/openapi.json': file('application/json', generated),
    ...redoc(),
    ...swaggerUi(),
  })
}
