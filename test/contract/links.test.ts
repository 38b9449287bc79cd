import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOperations } from '../harness/contract-operations.ts'

interface Link {
  readonly operationId: string
  readonly parameters?: Readonly<Record<string, string>>
}

interface Linking {
  readonly links?: Readonly<Record<string, Link>>
}

const text = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')
const paths: Record<string, Record<string, { responses?: Record<string, Linking> }>> = parse(
  text,
).paths
const links = Object.values(paths)
  .flatMap((item) => Object.values(item))
  .flatMap(({ responses = {} }) => Object.values(responses))
  .flatMap((response) => Object.values(response.links ?? {}))

describe('the links of openapi.yaml', () => {
  it('exist', () => {
    expect(links.map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining(['readItem', 'updateItem', 'deleteItem', 'readUser']),
    )
  })

  it.each(links)('refer to $operationId and its parameters', ({ operationId, parameters = {} }) => {
    const target = contractOperations.find((each) => each.operationId === operationId)
    const path = target?.path ?? 'nowhere'
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(Object.keys(parameters)).toEqual(named)
  })
})
