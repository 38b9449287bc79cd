/**
 * Makes the tests that hold a server to its contract: no response that the contract does not declare, no declared response that
 * was not returned. `vitest` and `fast-check` must be installed.
 */
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest'
import type { Contract } from './contract.ts'
import { unnamed } from './document/path-template.ts'
import type { ContractTypes } from './handler.ts'
import { operationTests } from './kit/operation-tests.ts'
import type { Case, ContractTestOptions, RequestValues } from './kit/options.ts'
import { pathTests } from './kit/path-tests.ts'
import { failure } from './kit/property.ts'
import { tester } from './kit/tester.ts'
import { rawUses } from './reply/raw-reply.ts'

export type {
  Ask,
  AskedResponse,
  Case,
  ContractTestOptions,
  Credentials,
  RequestToMake,
  RequestValues,
  StartedServer,
  TestedServer,
} from './kit/options.ts'

/**
 * Makes tests for each operation of the contract: requests from its examples and schemas, valid and invalid ones, with and without
 * credentials: `credentials` must return exactly the scopes asked for. Each response is checked against the contract, and each declared response must be seen. Call it in a test file:
 *
 *     contractTests(contract, {
 *       server: async () => createApp(),
 *       credentials: { bearer: (scopes) => ({ authorization: `Bearer ${tokenFor(scopes)}` }) },
 *       make: { readItem: async () => ({ path: { item_id: await newItem() } }) },
 *       cases: { createItem: { 409: (ask) => ask({ body: { item_id: 'taken' } }) } },
 *     })
 */
export function contractTests<C extends ContractTypes, Caller = undefined>(
  contract: Contract<C>,
  options: ContractTestOptions<C, Caller>,
): void {
  const { runs = 20, seed = 1 } = options
  const kit = tester(contract, options)
  const examples: ByOperation<readonly Partial<RequestValues>[]> = { ...options.examples }
  const cases: ByOperation<Readonly<Record<number, Case<Caller>>>> = { ...options.cases }
  const mayRefuse: ByOperation<readonly number[]> = { ...options.mayRefuse }
  const elsewhere: ByOperation<readonly number[]> = { ...options.provokedElsewhere }
  const untested: readonly string[] = options.untested ?? []
  const tested = kit.operations.filter(({ id }) => !untested.includes(id))
  // Templates that differ in names only are one path.
  const paths = Map.groupBy(kit.operations, ({ path }) => unnamed(path))

  describe('the server and its contract', () => {
    beforeAll(() => kit.start())
    afterAll(async () => {
      await kit.stop()
      process.stderr.write(kit.unprovoked.text())
    })

    const first = 'the server knows the paths of the contract'
    beforeEach(({ task, skip }) => {
      const why = kit.whyLost()
      if (why !== undefined && task.name !== first) skip(why)
    })
    it(first, () => {
      const why = kit.whyLost()
      if (why !== undefined) throw failure(why)
    })

    for (const operation of tested) {
      const { id, responses } = operation
      const common = Object.entries(cases['*'] ?? {}).filter(([status]) => status in responses)
      operationTests(operation, {
        kit,
        runs,
        seed,
        examples: examples[id] ?? [],
        cases: { ...Object.fromEntries(common), ...cases[id] },
        mayRefuse: mayRefuse[id] ?? [],
        isMade: id in { ...options.make },
        elsewhere: [...(elsewhere['*'] ?? []), ...(elsewhere[id] ?? [])].map(String),
      })
    }
    for (const here of paths.values())
      if (here.some((each) => tested.includes(each))) pathTests(here, { kit, runs })

    it('no response goes around the contract by respond.raw', ({ skip }) => {
      const uses = rawUses(contract).map(
        ({ operationId, status, place }) => `${operationId} ${status} at ${place}`,
      )
      if (uses.length > 0) skip(uses.join(', '))
    })

    it('no handler failed', () => {
      const { defects } = kit.watch
      if (defects.length > 0) throw failure([...new Set(defects)].join('\n'))
    })
  })
}

type ByOperation<Value> = Readonly<Record<string, Value | undefined>>
