/** Target 2: the cost of a request does not grow with the contract. */
import { tesseraOf } from '../contenders.ts'
import { openLane, sideBySide } from '../rounds.ts'
import type { Result } from '../target.ts'

export async function measureContractSize(): Promise<Result[]> {
  const lanes = [await openLane(tesseraOf(10)), await openLane(tesseraOf(200))]
  const [small, large] = await sideBySide(lanes, 5, { connections: 20, requests: 5_000 })
  const start = lanes[1]?.server.startMs ?? Number.NaN
  for (const { server } of lanes) await server.stop()
  return [
    {
      what: '2  CPU per request, 200 operations ÷ 10 operations',
      value: (large?.cpu ?? NaN) / (small?.cpu ?? NaN),
      unit: '×',
      atMost: 1.05,
    },
    { what: '2  start to first response, 200 operations', value: start, unit: 'ms' },
  ]
}
