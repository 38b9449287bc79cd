/** What is asked of every client that a generator makes of the contract. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import document from '../../../generated/openapi.json' with { type: 'json' }
import type { Command } from '../client-report.ts'
import { commandsInReadme, type Example, example } from './example.ts'

export interface GeneratedClient {
  /** As in "the client that … makes". */
  readonly generator: string
  /** The folder of its example, and the program in it. */
  readonly example: readonly [folder: string, program: string]
  /** What it cannot be made without, where that is not there. */
  readonly lacks?: string | undefined
  /** Makes the client, and builds what runs it. */
  make(made: Example): Promise<void>
  readonly run: Command
  /** Runs the program that the README shows, if it shows one. */
  readonly runReadme?: Command
  /** The names of the types that were made. */
  types(made: Example): readonly string[]
  /** What it adds to a name of the contract to make others. */
  readonly suffixes?: readonly string[]
}

/** What every example prints. */
const story = `johndoe
Foo
The bar /users/me/items/Bar
no title It belongs to johndoe.
412 precondition_failed
204
404 not_found
403 insufficient_scope
401 invalid_grant
`

const { schemas, parameters, responses } = document.components
const components = [schemas, parameters, responses].flatMap((each) => Object.keys(each))
const operations = Object.values(document.paths)
  .flatMap((path) => Object.values(path))
  .map(({ operationId }) => operationId[0].toUpperCase() + operationId.slice(1))

export function describeClient(client: GeneratedClient): void {
  const { generator, run, runReadme, lacks, suffixes = [] } = client
  const missing = lacks ? ` (skipped: there is no ${lacks})` : ''

  describe(`the client that ${generator} makes`, () => {
    let made: Example
    beforeAll(async () => {
      if (lacks) return
      made = await example(...client.example)
      await client.make(made)
      // Some are compiled by a compiler that is compiled first.
    }, 600_000)
    afterAll(() => made?.end())

    const prints = async (command: Command, text: string) =>
      expect(await made.run(command)).toBe(text)

    it.skipIf(lacks)(`does what its example shows${missing}`, () => prints(run, story), 120_000)

    it.skipIf(lacks)(
      `ignores what a newer server adds to its answers${missing}`,
      async () => {
        made.grow()
        await prints(run, story)
      },
      120_000,
    )

    it.skipIf(lacks)(`has no name that was made up${missing}`, () => {
      const types = client.types(made)
      expect(types).toEqual(expect.arrayContaining(['Item', 'OAuthErrorCode', 'TokenResponse']))
      const named = [...components, ...operations].flatMap((name) =>
        suffixes.map((suffix) => name + suffix),
      )
      const known = new Set([...components, ...named])
      expect(types.filter((name) => !known.has(name))).toEqual([])
    })

    if (!runReadme) return
    it.skipIf(lacks)(
      `is made and used as the README says${missing}`,
      async () => {
        expect(commandsInReadme).toContain(made.command)
        await prints(runReadme, 'johndoe\n')
      },
      120_000,
    )
  })
}

/** What the first group of the pattern matches. */
export function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name)
}
