/** What a 201 links to, on random walks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../../generated/contract.ts'
import { kitOperations } from '../../src/contract/kit/kit-operation.ts'
import { checkProperty } from '../../src/contract/kit/property.ts'
import { type Tester, tester } from '../../src/contract/kit/tester.ts'
import { linksOf, walk, walkFrom } from './created-resources.ts'
import type { OwnCaller } from './own-caller.ts'
import { ownOptions } from './own-kit.ts'

const { runs, seed } = ownOptions

/** The steps of a walk have one caller. */
let walking: Promise<OwnCaller> | undefined
let kit: Tester
beforeAll(async () => {
  const caller = () => {
    walking ??= ownOptions.caller()
    return walking
  }
  kit = tester(contract, { ...ownOptions, caller })
  await kit.start()
})
afterAll(() => kit.stop())

const creations = kitOperations(contract).filter((each) => linksOf(each).length > 0)

describe.each(creations)('a resource created by $id', (creation) => {
  it('exists until it is deleted, and changes only with its current ETag', async () => {
    const walked = { there: new Set<string>(), gone: new Set<string>() }
    const numRuns = Math.ceil(runs / 2)
    await checkProperty(
      walkFrom(kit, creation),
      (steps) => {
        walking = undefined
        kit.renewCaller()
        return walk(kit, steps, walked)
      },
      { numRuns, seed },
    )
    const links = linksOf(creation).map(({ operationId }) => operationId)
    expect([...walked.there].toSorted()).toEqual(links.toSorted())
    expect([...walked.gone].toSorted()).toEqual(links.toSorted())
  })
})
