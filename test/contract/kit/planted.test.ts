/** The kit finds each planted fault, and its message names the fault. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { faults } from './faults.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
const config = fileURLToPath(new URL('planted.config.ts', import.meta.url))

interface Results {
  readonly testResults: readonly { readonly assertionResults: readonly Result[] }[]
}

interface Result {
  readonly fullName: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

let printed: string
let all: readonly Result[]
let failed: readonly Result[]
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-kit-'))
  const file = join(folder, 'results.json')
  printed = await promisify(execFile)(
    process.execPath,
    [vitest, 'run', '--config', config, '--outputFile', file],
    { cwd: root, maxBuffer: 2 ** 28, env: { ...process.env, NO_COLOR: '1' } },
    // It exits with 1, because tests fail.
  ).then(
    ({ stderr }) => stderr,
    ({ stderr }) => String(stderr),
  )
  const results: Results = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(folder, { recursive: true })
  all = results.testResults.flatMap(({ assertionResults }) => assertionResults)
  failed = all.filter(({ status }) => status === 'failed')
  // It runs the kit on thirty servers.
}, 600_000)

describe('the kit names', () => {
  it.each(Object.entries(faults))('%s [K9]', (name, { red: [title, message] }) => {
    const found = failed
      .filter(({ fullName }) => fullName.startsWith(`${name}:`))
      .map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`)
    const named = found.filter((each) => each.includes(title) && each.includes(message))
    expect(named.length, found.join('\n\n')).toBeGreaterThan(0)
  })
})

describe('the kit lists, and does not fail for,', () => {
  it.each([
    [
      'a response that goes around the contract',
      ['no response goes around the contract by respond.raw'],
    ],
    [
      'a server of which only the URL is known',
      [
        'removeBook: DELETE /books/{book_id} returned every response that it declares',
        'readBook: GET /books/{book_id} 500: answers a failure inside as declared, without its text',
      ],
    ],
    [
      'a URL whose contract does not declare what the layer returns',
      ['ping: GET /ping declares every status that it returned'],
    ],
  ])('%s [K9]', (name, titles) => {
    const ofIt = (results: readonly Result[]) =>
      results.filter(({ fullName }) => fullName.startsWith(`what is listed: ${name}:`))
    expect(ofIt(failed)).toEqual([])
    const listed = ofIt(all).filter(({ status }) => status !== 'passed')
    for (const title of titles)
      expect(listed.map(({ fullName }) => fullName)).toContainEqual(expect.stringContaining(title))
  })
})

it('the kit lists once, at the end, what it could not provoke [K9]', () => {
  const lines = printed.split('\n').filter((line) => line.includes('can be made to fail inside: '))
  expect(lines).toContainEqual(
    expect.stringMatching(/^- only a server .*readBook: GET .*removeBook: DELETE /),
  )
  expect(printed).toMatch(/^- 410 was never returned: add .*: removeBook: DELETE /m)
})

describe('the kit asks', () => {
  const of = (name: string) => all.filter(({ fullName }) => fullName.startsWith(`${name}:`))
  const failures = (name: string) =>
    of(name)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join()}`)

  it.each(['/v1', '/'])('an app that serves the contract below %s [K31]', (path) => {
    const name = `what passes: an app that serves the contract below ${path}`
    expect(of(name).length).toBeGreaterThan(5)
    expect(failures(name)).toEqual([])
  })

  it.each(['an app that serves the contract elsewhere', 'an app without the contract'])(
    'no more than the paths of %s, and says so [K31]',
    (name) => {
      expect(failures(name)).toEqual([
        expect.stringMatching(
          /knows the paths[\s\S]*below http:\S+\/v1 and http:\S+\d: mount it there/,
        ),
      ])
      expect(of(name).filter(({ status }) => status === 'passed')).toEqual([])
    },
  )
})
