/** The largest body that the contract allows fits for each operation, even in the longest common encoding of JSON and forms. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type ContractOperation, contractOperations } from '../harness/contract-operations.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

let server: TestServer
let token: string
beforeAll(async () => {
  const settings = { REGISTRATION: 'open', MAIL_DIR: volatileFolder('mails-') }
  server = await testServer({ settings })
  token = await server.token({ username: 'admin', password: 'administrator123' })
})
afterAll(() => server.stop())

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly maxLength?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

const { paths, components } = parse(
  readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'),
)

function largest(schema: Schema): unknown {
  const { $ref, type, items, properties = {} } = schema
  // What is presented as a token may be longer; a token is not.
  if ($ref?.endsWith('Token')) return '~'.repeat(components.schemas.Token.maxLength)
  if ($ref) return largest(components.schemas[$ref.split('/').at(-1) ?? ''])
  if (type === 'boolean') return false
  if (items) return Array.from({ length: schema.maxItems ?? 0 }, () => largest(items))
  if (type === 'object')
    return Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, largest(of)]))
  return longest(schema)
}

function longest({ pattern = '', format, maxLength = 0 }: Schema): string {
  const acceptsFoxes = format === undefined && new RegExp(pattern, 'u').test('🦊')
  return (acceptsFoxes ? '🦊' : '~').repeat(maxLength)
}

/** As in Python: ASCII only. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7E]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function bodyOf({ method, path }: ContractOperation): [string, string] {
  const { content } = paths[path][method.toLowerCase()].requestBody
  const [media] = Object.entries<{ schema: Schema }>(content)
  if (!media) throw new Error(`${path} has no body`)
  const [type, { schema }] = media
  const value = largest(schema)
  if (type === 'application/json') return [type, asciiJson(value)]
  return [type, new URLSearchParams(value as Record<string, string>).toString()]
}

const withBody = contractOperations.filter(({ form, json }) => form ?? json)

describe.each(withBody)('$method $path', (operation) => {
  it('accepts the largest body that the contract allows [A13]', async () => {
    const [type, body] = bodyOf(operation)
    expect(body.length).toBeGreaterThan(200)
    const response = await fetch(`${server.url}${operation.somePath}`, {
      method: operation.method,
      headers: { 'content-type': type, authorization: `Bearer ${token}` },
      body,
    })
    expect(response.status).not.toBe(413)
    expect(response.status).toBeLessThan(500)
  })
})
