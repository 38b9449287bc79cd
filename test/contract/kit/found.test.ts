import { expect, it } from 'vitest'
import { found } from '../../../src/contract/kit/found.ts'
import { kitOperations } from '../../../src/contract/kit/kit-operation.ts'
import { bookContract } from '../books.ts'

it('an undeclared header is reported once for all operations, another fault once for each', () => {
  const all = found()
  const faults = ['the header x-debug is not declared: declare it', 'the body is not JSON']
  const operations = kitOperations(bookContract()).slice(0, 2)
  const reported = operations.map((operation, at) => {
    all.begin(String(at))
    return all.firstOf(operation, 200, faults)
  })
  expect(reported).toEqual([faults, ['the body is not JSON']])
})
