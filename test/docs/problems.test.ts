/** The `type` of a Problem leads to the explanation of its code. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { contract } from '../../generated/contract.ts'
import { jsonOf } from '../harness/call.ts'
import { shownProblems } from '../harness/contract-problems.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

interface Problem {
  readonly type: string
  readonly code: string
}

it('the type of a Problem leads to its code on a page of the server [J1]', async () => {
  const response = await server.get('/users/me', 'garbage')
  const { type, code } = await jsonOf<Problem>(response)
  const url = new URL(type, response.url)
  expect(url.hash).toBe(`#${code}`)
  const page = await fetch(url)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(await page.text()).toMatch(/<dt id="invalid_token">.*\n *<dd>The token is /)
})

/** The codes that the contract lists, with their statuses: `409 item_exists`. Two belong to no operation. */
function listedCodes(): string[] {
  const inOperations = Object.values(contract.operations)
    .filter(({ errors }) => errors === 'Problem')
    .flatMap(({ codes = {} }) => Object.entries(codes))
    .flatMap(([status, codes]) => codes.map((code) => `${status} ${code}`))
  const others = [
    '405 method_not_allowed',
    ...[400, 408, 431].map((s) => `${s} unreadable_request`),
  ]
  return [...new Set([...inOperations, ...others])].sort()
}

it('the page explains the codes that the contract lists, each once, and no others [J1]', async () => {
  const page = await (await fetch(`${server.url}/problems`)).text()
  const rows = [...page.matchAll(/<dt id="(\w+)"><code>\w+<\/code> \(([\d, ]+)\)/g)]
  const explained = rows.flatMap(([, code, statuses = '']) =>
    statuses.split(', ').map((status) => `${status} ${code}`),
  )
  expect(rows.length).toBeGreaterThan(20)
  expect(explained.sort()).toEqual(listedCodes())
  expect(page).not.toContain('`')
})

it('every example of a Problem has a code of its response [J1]', () => {
  const unlisted = shownProblems.filter(
    ({ status, value }) => !listedCodes().includes(`${status} ${value.code}`),
  )
  expect(unlisted).toEqual([])
})

it('with ISSUER, the type is an absolute URL below it [J1]', async () => {
  const below = await testServer({ settings: { ISSUER: 'https://id.example.com/auth/' } })
  const { type } = await jsonOf<Problem>(below.get('/users/me', 'garbage'))
  expect(type).toBe('https://id.example.com/auth/problems#invalid_token')
  await below.stop()
})
