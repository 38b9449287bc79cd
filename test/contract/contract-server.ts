/** Serves any contract with the real router, for a test. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { type Contract, contractOf } from '../../src/contract/contract.ts'
import type { ErrorFormat } from '../../src/contract/errors/error-format.ts'
import { problemDetails } from '../../src/contract/errors/problem-details.ts'
import type { Refusal } from '../../src/contract/errors/refusal.ts'
import type { Limits } from '../../src/contract/request/limits.ts'
import type { SecurityCheck } from '../../src/contract/routing/security.ts'
import { serve } from '../../src/contract/serve.ts'
import { ignoreServer } from '../harness/seen-responses.ts'

type Respond = Readonly<Record<string, (init: object) => unknown>>
type AnyRefuse = Readonly<Record<string, (code: string, message: string, init?: object) => Refusal>>
export type AnyHandler = (
  request: Record<string, unknown>,
  respond: Respond,
  refuse: AnyRefuse,
) => unknown

export interface ContractServer {
  /** The refusals since the start. */
  readonly refusals: readonly Refusal[]
  readonly url: string
  ask(path: string, init?: RequestInit): Promise<Response>
}

interface ContractServerOptions {
  readonly checkReplies?: boolean
  readonly version?: string
  readonly security?: Readonly<Record<string, SecurityCheck>>
  readonly errors?: readonly ErrorFormat[]
  readonly limits?: Partial<Limits>
  readonly uploadFolder?: string
}

/** A contract, or its paths as YAML. The server stops with the test. */
export async function contractServer(
  paths: string | Contract,
  handlers: Readonly<Record<string, AnyHandler>>,
  { version = '3.1.0', security = {}, ...options }: ContractServerOptions = {},
): Promise<ContractServer> {
  const contract =
    typeof paths === 'string' ? contractOfText(`openapi: ${version}\npaths:\n${paths}`) : paths
  const refusals: Refusal[] = []
  const router = serve(contract, {
    handlers,
    security,
    errors: [problemDetails((code) => `/problems#${code}`)],
    ...options,
    limits: { bodyBytes: 2000, ...options.limits },
    onRefusal: (refusal) => void refusals.push(refusal),
  })
  const server = createServer(express().disable('x-powered-by').use(router))
  ignoreServer(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return { refusals, url, ask: (path, init) => fetch(`${url}${path}`, init) }
}

/** Shared, because a contract compiles its validators once. */
const contracts = new Map<string, Contract>()

function contractOfText(text: string): Contract {
  const contract = contracts.get(text) ?? contractOf(parse(text))
  contracts.set(text, contract)
  return contract
}
