import { expect, it } from 'vitest'
import { contractOperations } from '../harness/contract-operations.ts'
import { testServer } from '../harness/test-server.ts'

it('every operation returns the 503 that it declares while the server starts [J4, J5]', async () => {
  let responses: Response[] = []
  const server = await testServer({
    prepare: async ({ issuer }) => {
      const request = ({ method, somePath }: (typeof contractOperations)[number]) =>
        fetch(`${issuer}${somePath}`, { method })
      responses = await Promise.all(contractOperations.map(request))
    },
  })
  expect(responses.map(({ status }) => status)).toEqual(contractOperations.map(() => 503))
  for (const response of responses) {
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.text()).toContain('The server is starting')
  }
  const undeclared = server
    .log()
    .split('\n')
    .filter((line) => line.includes('"status":503') && !line.includes('"operationId"'))
  expect(undeclared).toEqual([])
  await server.stop()
})
