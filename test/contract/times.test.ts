/** Times in the contract: constraints that clients with a type for times can keep. */
import { expect, it } from 'vitest'
import { contract } from '../../generated/contract.ts'

/** Every schema with the format, and where it is. */
function timesIn(node: unknown, path = '#'): [path: string, schema: object][] {
  if (typeof node !== 'object' || node === null) return []
  const below = Object.entries(node).flatMap(([key, value]) => timesIn(value, `${path}/${key}`))
  return 'format' in node && node.format === 'date-time' ? [[path, node], ...below] : below
}

it('a time has a format and no length or pattern: clients would check the text of their own type for times [J10]', () => {
  const times = timesIn(contract.document)
  expect(times.length).toBeGreaterThan(3)
  const ofText = ['minLength', 'maxLength', 'pattern']
  expect(times.filter(([, schema]) => ofText.some((name) => name in schema))).toEqual([])
})
