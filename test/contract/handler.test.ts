/** The compile errors of the contract: each mistake next to the correct program, and without the type that detects it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import openapiTypeScript, { astToString } from 'openapi-typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { tableType } from '../../src/contract/generate/contract-module.ts'
import { bookDocument, bookText } from './books.ts'
import { compile, type Diagnostic, type Sources } from './compile.ts'
import { edited } from './edited.ts'
import { type Mistake, mistakes } from './mistakes.ts'

/** The files with guards, by path. */
const guarded = Object.fromEntries(
  [
    'handler.ts',
    'exactly.ts',
    'statuses.ts',
    'errors/refuse-types.ts',
    'errors/refusal-mapping.ts',
    'routing/security.ts',
  ].map((name) => [
    `src/contract/${name}`,
    readFileSync(new URL(`../../src/contract/${name}`, import.meta.url), 'utf8'),
  ]),
)

/** The declarations that the programs of `mistakes.ts` use. */
const given = `
import type * as contract from '../src/contract/handler.ts'
import type * as refusals from '../src/contract/errors/refuse-types.ts'
import type { Mapping, SecurityRefusals } from '../src/contract/errors/refusal-mapping.ts'
import type { Contract } from '../src/contract/contract.ts'
import type { ErrorFormat } from '../src/contract/errors/error-format.ts'
import type { SecurityChecks } from '../src/contract/routing/security.ts'
import type { Book, operations, Problem } from '../generated/api.ts'
import type { OperationTable } from '../generated/table.ts'
declare global {
  interface Caller { readonly name: string; readonly scopes: ReadonlySet<string> }
  interface Books { readonly operations: operations; readonly table: OperationTable }
  interface Principals { readonly OAuth2: Caller }
  type Handler<Id extends contract.OperationId<Books>> = contract.Handler<Books, Id, Principals>
  type Handlers = contract.Handlers<Books, Principals>
  /** A contract with the same operations and one more. */
  interface Library { readonly operations: operations & { readonly more: object }; readonly table: OperationTable }
  const readLibraryBook: contract.Handler<Library, 'readBook', Principals>
  const respondLibrary: contract.Respond<Library, 'readBook'>
  interface Cat { kind: 'cat'; lives: number }
  interface Dog { kind: 'dog'; tricks: { name: string }[] }
  interface Pets {
    readonly operations: {
      readonly readPet: { responses: { 200: { headers: { [name: string]: unknown }; content: { 'application/json': Cat | Dog | null } } } }
    }
    readonly table: { readonly readPet: { scopes: ['pets']; security: [{ key: [] }, { token: ['pets']; certificate: [] }, {}] } }
  }
  interface Keepers { readonly key: 'a key'; readonly token: { scopes: ReadonlySet<string> }; readonly certificate: { scopes: ReadonlySet<string> } }
  type PetHandler = contract.Handler<Pets, 'readPet', Keepers>
  interface Files {
    readonly operations: {
      readonly readFile: {
        responses: {
          200: { headers: { [name: string]: unknown }; content: { 'text/plain': string; 'application/pdf': string } }
          '2XX': { headers: { [name: string]: unknown }; content: { 'image/*': string } }
        }
      }
    }
    readonly table: { readonly readFile: { scopes: []; security: [] } }
  }
  type FileHandler = contract.Handler<Files, 'readFile', object>
  interface Walks {
    readonly operations: {
      readonly watchPets: { responses: { 200: { headers: { [name: string]: unknown }; content: { 'text/event-stream': Cat | Dog } } } }
      readonly exportPets: { responses: { 200: { headers: { [name: string]: unknown }; content: { 'application/jsonl': Cat | Dog } } } }
    }
    readonly table: { readonly watchPets: { scopes: []; security: [] }; readonly exportPets: { scopes: []; security: [] } }
  }
  type WalkHandler<Id extends contract.OperationId<Walks>> = contract.Handler<Walks, Id, object>
  type Can<Status extends number, Code extends string, Headers extends object = never> = refusals.Can<Status, Code, Headers>
  type RefusalHeaders = { [name: string]: unknown; 'Cache-Control': 'no-store' }
  interface Loans {
    readonly operations: {
      readonly lend: {
        responses: {
          200: { headers: { [name: string]: unknown } }
          404: { headers: RefusalHeaders }
          409: { headers: RefusalHeaders & { 'Retry-After': number; 'X-Queue'?: string } }
          '4XX': { headers: RefusalHeaders }
          default: { headers: RefusalHeaders }
        }
      }
      readonly count: { responses: { 200: { headers: { [name: string]: unknown } }; 404: { headers: RefusalHeaders } } }
    }
    readonly table: {
      readonly lend: { scopes: []; security: [{ badge: [] }, {}]; codes: { 404: ['not_found', 'withdrawn']; 409: ['lent'] } }
      readonly count: { scopes: []; security: [{ badge: [] }]; codes: { 404: ['not_found', 'no_shelf'] } }
    }
  }
  type LoanHandler<Id extends contract.OperationId<Loans>> = contract.Handler<Loans, Id, { badge: string }>
  type LoanList = readonly Mapping<refusals.Refuse<Loans, 'lend'>>[]
  type CommonList = readonly Mapping<refusals.RefuseOfAll<Loans>>[]
  type LoanChecks = SecurityChecks<Loans, { badge: string }>
  interface Doors extends Loans { readonly schemes: 'badge' | 'key' }
  const doors: Contract<Doors>
  /** As generate writes it. */
  type DoorHandlers<P extends object> = contract.Handlers<Doors, P>
  const doorHandlers: DoorHandlers<{ badge: Caller; key: unknown }>
  const keyHandlers: DoorHandlers<{ badge: { readonly teeth: number }; key: unknown }>
  const problems: ErrorFormat
  const anyCaller: (req: object, scopes: readonly string[], refuse: object) => Promise<Caller>
  const anyText: (req: object, scopes: readonly string[], refuse: object) => Promise<string>
  type SchemeLists = SecurityRefusals<Loans>
  class Stale extends Error {}
  function requireCopy(refuse: Can<404, 'not_found'>): void
  function requirePresent(refuse: Can<404, 'withdrawn'>): void
  function requireAged(refuse: Can<410, 'gone'>): void
  function requireFree(refuse: Can<409, 'lent', { 'Retry-After': number }>): void
  function requireFreeAtOnce(refuse: Can<409, 'lent'>): void
  function requireLoan(refuse: refusals.Refuse<Loans, 'lend'>): void
  const retry: { readonly 'Retry-After': 1 }
  const retryAndMore: { readonly 'Retry-After': 1; readonly 'X-Shelf': string }
  const bytes: Uint8Array
  const cat: Cat
  const pet: Cat | Dog
  const spiedCat: Cat & { hash: string }
  const others: Omit<Handlers, 'readBook'>
  const readBook: Handler<'readBook'>
  const respondBook: contract.Respond<Books, 'readBook'>
  const respondNewest: contract.Respond<Books, 'readNewestBook'>
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
  sources = {
    'generated/api.ts': astToString(types),
    'generated/table.ts': `export ${tableType(bookDocument())}`,
    ...guarded,
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

  it.each(shapes)('$title, only because of its guard', ({ wrong, guard }) => {
    const path = Object.keys(guarded).find((each) => guarded[each]?.includes(guard[0])) ?? ''
    const unguarded = { ...sources, [path]: edited(guarded[path] ?? '', guard) }
    expect(compile(unguarded, { 'test/wrong.ts': wrong }).get('test/wrong.ts')).toEqual([])
  })
})

describe('The compiler accepts', () => {
  it('any value where the contract has no schema [K2]', () => {
    const program = `
import type * as contract from '../src/contract/handler.ts'
interface Anything {
  readonly operations: {
    readonly read: { responses: { 200: { headers: {}; content: { 'application/json': unknown } } } }
    readonly list: { responses: { 200: { headers: {}; content: { 'application/json': { all: unknown[] } } } } }
  }
  readonly table: { readonly read: object; readonly list: object }
}
export const read: contract.Handler<Anything, 'read', object> = (_, respond) =>
  respond[200]({ headers: {}, body: { any: { thing: [1] } } })
export const list: contract.Handler<Anything, 'list', object> = (_, respond) =>
  respond[200]({ headers: {}, body: { all: [{ any: 1 }, 'thing'] } })
`
    expect(compile(sources, { 'test/right.ts': program }).get('test/right.ts')).toEqual([])
  })
})

describe('A header that middleware sets on every response', () => {
  const program = (headers: string) => `
    interface Traced {
      readonly operations: { readonly read: { responses: { 204: { headers: { 'X-Request-Id': string; [name: string]: unknown } } } } }
      readonly table: { readonly read: { scopes: []; security: [] } }
    }
    declare const respond: import('../src/contract/handler.ts').Respond<Traced, 'read'>
    respond[204]({ headers: ${headers} })
  `

  it('may be given by the handler, too, and only as the contract declares it', () => {
    const programs = {
      'test/none.ts': program('{}'),
      'test/traced.ts': program("{ 'X-Request-Id': 'a' }"),
      'test/wrong.ts': program("{ 'X-Request-Id': 1 }"),
    }
    const [none, given, wrong] = compile(sources, programs).values()
    expect([none, given]).toEqual([[], []])
    expect(wrong).toHaveLength(1)
  })
})
