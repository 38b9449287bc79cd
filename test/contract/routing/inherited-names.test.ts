/** Names that every object has, as names of a contract. */
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import { serve } from '../../../src/contract/serve.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const noContent: AnyHandler = (_request, respond) => respond[204]?.({ headers: {} })
const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty']

const paths = (name: string) => `  /a:
    get: { operationId: ${name}, responses: { "204": { description: Done. } } }
`

const secured = (name: string) =>
  contractOf(
    parse(`openapi: 3.1.0
components: { securitySchemes: { ${name}: { type: http, scheme: bearer } } }
paths:
  /a:
    get:
      operationId: readA
      security: [{ ${name}: [] }]
      responses: { "204": { description: Done. } }
`),
  )

/** What JavaScript may call: types would require the handlers and checks. */
const served = (contract: ReturnType<typeof contractOf>, handlers: object) =>
  serve(contract, { handlers, security: {}, errors: problemDetails() })

describe.each(names)('An operation named %s', (name) => {
  it('is served [K8]', async () => {
    const server = await contractServer(paths(name), { [name]: noContent })
    expect((await server.ask('/a')).status).toBe(204)
  })

  it('needs a handler [K8]', () => {
    expect(() => served(contractOf(parse(`openapi: 3.1.0\npaths:\n${paths(name)}`)), {})).toThrow(
      `the operation ${name} has no handler`,
    )
  })

  it('must be declared if it has a handler [K8]', () => {
    const contract = contractOf(parse(`openapi: 3.1.0\npaths:\n${paths('readA')}`))
    const handlers = { readA: noContent, [name]: noContent }
    expect(() => served(contract, handlers)).toThrow(`the handler ${name} has no operation`)
  })
})

describe.each(names)('A security scheme named %s', (name) => {
  it('needs a check [K8]', () => {
    expect(() => served(secured(name), { readA: noContent })).toThrow(
      `the security scheme ${name} has no check`,
    )
  })

  it('is checked [K8]', async () => {
    const check = async (_req: object, _scopes: readonly string[], refuse: unknown) => {
      throw (refuse as Record<string, (code: string, message: string) => Error>)[401]?.('no', 'No')
    }
    const server = await contractServer(
      secured(name),
      { readA: noContent },
      { security: { [name]: check } },
    )
    expect((await server.ask('/a')).status).toBe(401)
  })
})
