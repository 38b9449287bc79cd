/** The `type` of a Problem leads to the explanation of its code. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
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

/** The codes of refusals in the source: `409, 'item_exists'`. */
function refusedCodes(): string[] {
  const src = fileURLToPath(new URL('../../src/', import.meta.url))
  return globSync(`${src}{accounts,contract,operations,passwords,throttling}/**/*.ts`)
    .map((path) => readFileSync(path, 'utf8').replace(/^ \*.*$/gm, ''))
    .flatMap((text) => [...text.matchAll(/\b[45]\d\d, '([a-z_]+)'/g)])
    .map(([, code = '']) => code)
}

it('the page explains every code of the contract and of the server, once [J1]', async () => {
  const page = await (await fetch(`${server.url}/problems`)).text()
  const explained = [...page.matchAll(/<dt id="(\w+)">/g)].map(([, code]) => code)
  const shown = new Set([...shownProblems.map(({ value }) => value.code), ...refusedCodes()])
  expect(shown.size).toBeGreaterThan(20)
  expect(explained).toEqual([...new Set(explained)])
  expect([...shown].filter((code) => !explained.includes(code))).toEqual([])
  expect(page).not.toContain('`')
})

it('with ISSUER, the type is an absolute URL below it [J1]', async () => {
  const below = await testServer({ settings: { ISSUER: 'https://id.example.com/auth/' } })
  const { type } = await jsonOf<Problem>(below.get('/users/me', 'garbage'))
  expect(type).toBe('https://id.example.com/auth/problems#invalid_token')
  await below.stop()
})
