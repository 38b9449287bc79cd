/** Serves a contract with stub handlers, and asks every operation for the response of its examples. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type Contract, type ErrorFormat, serve } from '#contract'
import { ignoreServer } from '../../harness/seen-responses.ts'
import { requestTo } from './requests.ts'
import { samplesOf, stubHandlers } from './stubs.ts'

export async function served(contract: Contract) {
  const names = Object.keys(contract.document.components?.securitySchemes ?? {})
  const security = Object.fromEntries(names.map((scheme) => [scheme, async () => ({})]))
  const errors = ['', ...Object.keys(contract.document.components?.schemas ?? {})].map(errorFormat)
  const app = express().use(serve(contract, { handlers: stubHandlers(contract), security, errors }))
  const server = createServer(app)
  ignoreServer(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() }
}

function errorFormat(schema: string): ErrorFormat {
  return {
    schema,
    code: ({ code }) => code,
    toResponse: ({ status, headers, message, faults }) => ({
      status,
      headers,
      mediaType: 'text/plain',
      body: `${message} ${JSON.stringify(faults)}`,
    }),
  }
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
