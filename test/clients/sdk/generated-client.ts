/** The tests of every client that a generator makes from the contract. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import document from '../../../generated/openapi.json' with { type: 'json' }
import type { Command } from '../run-client.ts'
import { commandsInReadme, type Example, example } from './example.ts'

export interface GeneratedClient {
  /** As in "the client that … makes". */
  readonly generator: string
  /** The folder of its example, and the program there. */
  readonly example: readonly [folder: string, program: string]
  /** The missing tool, if any. Then the tests are skipped. */
  readonly missing?: string | undefined
  /** Generates the client and builds the programs. */
  build(example: Example): Promise<void>
  readonly run: Command
  /** Runs the program of the README, if there is one. */
  readonly runReadme?: Command
  /** The names of the generated types. */
  types(example: Example): readonly string[]
  /** The suffixes that the generator adds to names of the contract. */
  readonly suffixes?: readonly string[]
}

/** The output of every example. */
const output = `johndoe
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
  const { generator, run, runReadme, missing, suffixes = [] } = client
  const note = missing ? ` (skipped: there is no ${missing})` : ''

  describe(`the client that ${generator} makes`, () => {
    let built: Example
    beforeAll(async () => {
      if (missing) return
      built = await example(...client.example)
      await client.build(built)
      // Go compiles its generator first.
    }, 600_000)
    afterAll(() => built?.remove())

    const prints = async (command: Command, text: string) =>
      expect(await built.run(command)).toBe(text)

    it.skipIf(missing)(`runs its example${note}`, () => prints(run, output), 120_000)

    it.skipIf(missing)(
      `ignores fields that a newer server adds to its responses${note}`,
      async () => {
        built.addFields()
        await prints(run, output)
      },
      120_000,
    )

    it.skipIf(missing)(`has only type names that come from the contract${note}`, () => {
      const types = client.types(built)
      expect(types).toEqual(expect.arrayContaining(['Item', 'OAuthErrorCode', 'TokenResponse']))
      const named = [...components, ...operations].flatMap((name) =>
        suffixes.map((suffix) => name + suffix),
      )
      const known = new Set([...components, ...named])
      expect(types.filter((name) => !known.has(name))).toEqual([])
    })

    if (!runReadme) return
    it.skipIf(missing)(
      `runs the program of the README${note}`,
      async () => {
        expect(commandsInReadme).toContain(built.command)
        await prints(runReadme, 'johndoe\njohndoe\n')
      },
      120_000,
    )
  })
}

/** The matches of the first group of the pattern. */
export function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name)
}
