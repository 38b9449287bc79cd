/** Rules of this repository for openapi.yaml. The contract layer does not require them of other contracts. */
import { describe, expect, it } from 'vitest'
import { contract } from '../../generated/contract.ts'
import { methods } from '../../src/contract/document/openapi.ts'

const { document, operations } = contract

/** The statuses of errors that the contract layer itself returns. */
function statusesOfLayer(id: string): number[] {
  const { security = [], request = [] } = operations[id] ?? {}
  const isOpen =
    security.length === 0 || security.some((schemes) => Object.keys(schemes).length === 0)
  return [400, ...(isOpen ? [] : [401, 403]), ...(request.length > 0 ? [413] : []), 500]
}

/** The codes with which the contract layer itself rejects a request, as the format of the schema sends them. */
const codesOfLayer: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Problem: {
    400: 'invalid_request',
    413: 'content_too_large',
    415: 'unsupported_media_type',
    500: 'server_error',
  },
  OAuthError: { 400: 'invalid_request', 413: 'invalid_request', 500: 'server_error' },
}

describe.each(Object.keys(operations))('%s', (id) => {
  it('declares every status with which the contract layer rejects a request', () => {
    const declared = Object.keys(operations[id]?.responses ?? {}).map(Number)
    expect(statusesOfLayer(id).filter((status) => !declared.includes(status))).toEqual([])
  })

  it('lists the codes of every error, and those of the contract layer among them', () => {
    const { responses = {}, codes = {}, errors = '' } = operations[id] ?? {}
    const statuses = Object.keys(responses).filter((status) => status >= '400')
    expect(Object.keys(codes)).toEqual(statuses)
    const missing = Object.entries(codesOfLayer[errors] ?? {}).filter(
      ([status, code]) => codes[status]?.includes(code) === false,
    )
    expect(missing).toEqual([])
  })

  it('has one named schema for all its errors', () => {
    expect(operations[id]?.errors).toMatch(/^(Problem|OAuthError)$/)
  })
})

it('every operation has a name of its own, and one tag', () => {
  const all = Object.values(document.paths).flatMap((item) =>
    methods.flatMap((method) => item[method] ?? []),
  )
  expect(all.length).toBeGreaterThan(25)
  expect(all.filter(({ operationId, tags }) => !operationId || tags?.length !== 1)).toEqual([])
})
