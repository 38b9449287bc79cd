/** The contract as files for programs and as pages for people. No page loads anything from another host. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { RequestHandler } from 'express'
import type { Document } from '#contract'
import { problems } from './problems.ts'
import { redoc } from './redoc.ts'
import { file, redirect, type StaticFile, type StaticFiles, serveFiles } from './static-files.ts'
import { swaggerUi } from './swagger-ui.ts'

/** The paths of the files, and no other path but some below `/redoc` and `/docs`. */
const paths = /^\/(openapi\.(yaml|json)|problems|(redoc|docs)(\/.*)?)?$/

/**
 * The files are made at the first request for one: they are 5 MB.
 *
 * @param basePath where the server is below its host, such as `/auth`; empty if it is at the root
 * @param source the contract as it is written; without it, `/openapi.yaml` is JSON, which is YAML too
 */
export function documentation(
  basePath: string,
  document: Document,
  source: URL | undefined,
): RequestHandler {
  const yaml = source && readFileSync(source, 'utf8')
  let serve: RequestHandler | undefined
  return function serveDocumentation(req, res, next) {
    if (!paths.test(req.path)) return next()
    serve ??= serveFiles(filesOf(basePath, document, yaml))
    serve(req, res, next)
  }
}

function filesOf(basePath: string, document: Document, yaml: string | undefined): StaticFiles {
  const json = `${JSON.stringify(document, null, 2)}\n`
  return {
    '/': redirect(`${basePath}/redoc`),
    '/openapi.yaml': compressed(
      'application/yaml',
      yaml === undefined ? jsonBelow(basePath, json) : yamlBelow(basePath, yaml),
    ),
    '/openapi.json': compressed('application/json', jsonBelow(basePath, json)),
    ...problems(document),
    ...redoc(basePath, document),
    ...swaggerUi(basePath, document),
  }
}

/** The contract with the two URLs that name the root of the server. Without a base path, every byte stays as it is. */
function yamlBelow(basePath: string, text: string): string {
  if (!basePath) return text
  return text
    .replace(/^( {2}- url: )\/$/m, `$1${basePath}`)
    .replace(/^( +tokenUrl: )(?=\/)/m, `$1${basePath}`)
}

function jsonBelow(basePath: string, text: string): string {
  if (!basePath) return text
  return text
    .replace(/^( +"url": ")\/(?=",?$)/m, `$1${basePath}`)
    .replace(/^( +"tokenUrl": ")(?=\/)/m, `$1${basePath}`)
}

/** In milliseconds; brotli would take seconds. */
const compressed = (mediaType: string, content: string): StaticFile =>
  file(mediaType, content, { gzip: gzipSync(content) })
