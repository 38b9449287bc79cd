/** Serves a contract with stub handlers, and asks every operation for the response of its examples. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type Contract, serve } from '#contract'
import { ignoreServer } from '../../harness/seen-responses.ts'
import type { Checks } from './credentials.ts'
import { errorFormats, rememberRequest } from './errors.ts'
import { requestTo } from './requests.ts'
import { samplesOf, stubHandlers } from './stubs.ts'

/** With security checks that let everybody through, unless others are given. */
export async function served(contract: Contract, security: Checks = openTo(contract)) {
  const handlers = stubHandlers(contract)
  const app = express().use(
    rememberRequest,
    serve(contract, { handlers, security, errors: errorFormats(contract), onRefusal: () => {} }),
  )
  const server = createServer(app)
  ignoreServer(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, stop: () => void server.close() }
}

function openTo({ document }: Contract): Checks {
  const names = Object.keys(document.components?.securitySchemes ?? {})
  return Object.fromEntries(names.map((scheme) => [scheme, async () => ({})]))
}

/** The status of each operation, or the text of the answer. */
export async function answersOf(contract: Contract, url: string): Promise<Record<string, string>> {
  const { request } = samplesOf(contract)
  const answers: Record<string, string> = {}
  for (const [id, operation] of Object.entries(contract.operations)) {
    try {
      const { path, init } = requestTo(operation, request(operation))
      const response = await fetch(url + path, { ...init, redirect: 'manual' })
      const text = await response.text()
      answers[id] = response.status < 400 ? String(response.status) : `${response.status} ${text}`
    } catch (error) {
      answers[id] = String(error)
    }
  }
  return answers
}
