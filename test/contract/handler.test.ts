/** The compile errors of the contract: each mistake next to the correct program, and without the type that detects it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import openapiTypeScript, { astToString } from 'openapi-typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { bookContract, bookText } from './books.ts'
import { compile, type Diagnostic, type Sources } from './compile.ts'
import { edited } from './edited.ts'
import { type Mistake, mistakes } from './mistakes.ts'

const handlerTypes = readFileSync(new URL('../../src/contract/handler.ts', import.meta.url), 'utf8')

/** The declarations that the programs of `mistakes.ts` use. */
const given = `
import type * as contract from '../src/contract/handler.ts'
import type { Book, Problem } from '../generated/api.ts'
declare global {
  interface Caller { readonly name: string; readonly scopes: ReadonlySet<string> }
  type Handler<Id extends contract.OperationId> = contract.Handler<Id, Caller>
  type Handlers = contract.Handlers<Caller>
  const others: Omit<Handlers, 'readBook'>
  const readBook: Handler<'readBook'>
  const respondBook: contract.Respond<'readBook'>
  const respondNewest: contract.Respond<'readNewestBook'>
  const noStore: { readonly 'Cache-Control': 'no-store' }
  const noStoreAndMore: { readonly 'Cache-Control': 'no-store'; readonly 'X-Shelf': string }
  const book: Book
  const problem: Problem
  const row: Book & { hash: string }
  const rows: (Book & { hash: string })[]
  const rarely: Book & { hash?: string }
  const deepRow: { book_id: number; title: string; authors: { name: string; hash: string }[] }
  const anything: any
  function named(what: unknown): never
}
`

let sources: Sources
/** The compiler's messages for each program. */
let verdicts: Map<string, Diagnostic[]>
beforeAll(async () => {
  const types = await openapiTypeScript(bookText, {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  })
  const table = JSON.stringify(bookContract().operations)
  sources = {
    'generated/api.ts': astToString(types),
    'generated/operations.ts': `export const operationTable = ${table} as const`,
    'src/contract/handler.ts': handlerTypes,
    'test/given.ts': given,
  }
  const programs = Object.values(mistakes).flatMap((shapes) =>
    shapes.flatMap(({ right, wrong }) => [right, wrong]),
  )
  const files = Object.fromEntries(programs.map((text) => [fileOf(text), text]))
  verdicts = compile(sources, files)
})

/** One file for each distinct program. */
function fileOf(program: string): string {
  return `test/${createHash('sha256').update(program).digest('hex')}.ts`
}

/** The number of the first line in which two programs differ. */
function lineOf({ right, wrong }: Mistake): number {
  const lines = right.split('\n')
  return 1 + wrong.split('\n').findIndex((line, at) => line !== lines[at])
}

describe.each(Object.entries(mistakes))('The compiler rejects %s:', (_, shapes) => {
  it.each(shapes)('$title', (mistake) => {
    expect(verdicts.get(fileOf(mistake.right))).toEqual([])
    expect(verdicts.get(fileOf(mistake.wrong))).toEqual([
      { line: lineOf(mistake), text: expect.stringMatching(mistake.says) },
    ])
  })

  it.each(shapes)('$title, only because of its guard in handler.ts', ({ wrong, guard }) => {
    const unguarded = { ...sources, 'src/contract/handler.ts': edited(handlerTypes, guard) }
    expect(compile(unguarded, { 'test/wrong.ts': wrong }).get('test/wrong.ts')).toEqual([])
  })
})
