import { expect, it } from 'vitest'
import { contractOf } from '../../../src/contract/contract.ts'
import { tester } from '../../../src/contract/kit/tester.ts'

const content = { 'text/event-stream': { schema: { type: 'integer' } } }
const contract = contractOf({
  openapi: '3.1.0',
  paths: {
    '/ticks': {
      get: { operationId: 'watch', responses: { 200: { content } } },
    },
  },
})

it('a stream that does not end is read for a second twice, and then no longer [K9]', async () => {
  const kit = tester(contract, {
    server: (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    },
  })
  await kit.start()
  const [operation] = kit.operations
  if (!operation) throw new Error('no operation')
  const took: number[] = []
  for (let run = 0; run < 4; run++) {
    const before = performance.now()
    expect((await kit.sendExample(operation)).response.text).toBe('data: 1\n\n')
    took.push(performance.now() - before)
  }
  await kit.stop()
  expect(took[0]).toBeGreaterThan(900)
  expect(took[3]).toBeLessThan(600)
}, 30_000)
