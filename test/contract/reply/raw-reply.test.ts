/** `respond.raw`: what it sends, and how it is listed. */
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { rawUses } from '../../../src/contract/reply/raw-reply.ts'
import { responder } from '../../../src/contract/reply/reply.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /export:
    get:
      operationId: exportAll
      responses: { '200': { description: All., content: { application/json: { schema: { type: object } } } } }
`
const exporting = (handler: AnyHandler, also = '') =>
  contractServer(paths + also, { exportAll: handler })
const raw = (init: unknown) => exporting((_, respond) => respond.raw?.(Object(init)))

describe('respond.raw sends', () => {
  it.each([
    [
      'any status, headers and text',
      { status: 207, headers: { 'Content-Type': 'application/json', 'X-Any': '1' }, body: '[1]' },
      '[1]',
    ],
    ['bytes', { status: 200, body: Buffer.from('a') }, 'a'],
    ['a stream', { status: 200, body: Readable.from(['a', 'b']) }, 'ab'],
    ['nothing', { status: 204 }, ''],
  ])('%s, which are not declared [K14]', async (_, init, body) => {
    const { ask, refusals } = await raw(init)
    const response = await ask('/export')
    expect([response.status, await response.text()]).toEqual([init.status, body])
    for (const [name, value] of Object.entries('headers' in init ? init.headers : {}))
      expect(response.headers.get(name)).toBe(value)
    expect(refusals).toEqual([])
  })

  it('what a function writes to the response of Node [K14]', async () => {
    const { ask } = await raw((res: import('node:http').ServerResponse) => {
      res.writeHead(299, { 'X-Any': '1' })
      res.end('written')
    })
    const response = await ask('/export')
    expect([response.status, response.headers.get('x-any'), await response.text()]).toEqual([
      299,
      '1',
      'written',
    ])
  })

  it('no body for HEAD [K14]', async () => {
    const { ask } = await raw({ status: 200, body: Readable.from(['a']) })
    const response = await ask('/export', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  it('a 500, if its function fails before it writes [K14]', async () => {
    const { ask, refusals } = await raw(async () => {
      throw new Error('no upstream')
    })
    expect((await ask('/export')).status).toBe(500)
    expect(String(refusals[0]?.cause)).toBe('Error: no upstream')
  })

  it('a 500, if its body is neither text nor bytes [K14]', async () => {
    const { ask } = await raw({ status: 200, body: { a: 1 } })
    expect((await ask('/export')).status).toBe(500)
  })
})

it('rawUses lists each use with operation, status, place and count [K14]', async () => {
  const contract = contractOf(parse(`openapi: 3.1.0\npaths:${paths}`))
  expect(rawUses(contract)).toEqual([])
  const server = await contractServer(contract, {
    exportAll: (_, respond) => respond.raw?.({ status: 299 }),
  })
  await server.ask('/export')
  await server.ask('/export')
  expect(rawUses(contract)).toEqual([
    {
      operationId: 'exportAll',
      status: 299,
      count: 2,
      place: expect.stringMatching(/raw-reply\.test\.ts:\d+:\d+$/),
    },
  ])
})

it('a raw reply of another operation is not taken [K14]', async () => {
  const { exportAll } = contractOf(parse(`openapi: 3.1.0\npaths:${paths}`)).operations
  const other = exportAll && responder('other', exportAll)
  const { ask } = await exporting(() => other?.raw({ status: 200 }))
  expect((await ask('/export')).status).toBe(500)
})
