import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Edit, edited } from './edited.ts'
import { checkRelease, type Verdict } from './release.ts'

const folder = mkdtempSync(join(tmpdir(), 'tessera-release-'))
afterAll(() => rmSync(folder, { recursive: true }))

const readBooks = `  /books:
    get:
      operationId: readBooks
      responses:
        '200':
          description: The books.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Book' }
`
const contract = (version: string) => `openapi: 3.1.0
info: { title: Books, version: ${version} }
security: []
paths:
${readBooks}    post:
      operationId: addBook
      requestBody:
        content:
          application/json:
            schema: { $ref: '#/components/schemas/NewBook' }
      responses:
        '204': { description: Added. }
components:
  schemas:
    NewBook:
      type: object
      required: [title]
      properties:
        title: { type: string }
        pages: { type: integer }
        binding: { type: string, enum: [hard, soft] }
    Book:
      type: object
      required: [title]
      properties:
        title: { type: string }
        isbn: { type: string }
        state: { type: string, enum: [here, lent] }
`

/** The verdict on a contract that was edited since its release, with the given version. */
function verdict(from: string, to: string, ...edits: readonly Edit[]): Promise<Verdict> {
  return verdictOn(contract(from), edited(contract(to), ...edits), to)
}

function verdictOn(
  released: string | undefined,
  now: string,
  packageVersion: string,
): Promise<Verdict> {
  const path = (file: string) => join(folder, file)
  rmSync(path('released.yaml'), { force: true })
  if (released) writeFileSync(path('released.yaml'), released)
  writeFileSync(path('openapi.yaml'), now)
  writeFileSync(path('package.json'), JSON.stringify({ version: packageVersion }))
  return checkRelease({
    released: path('released.yaml'),
    contract: path('openapi.yaml'),
    package: path('package.json'),
  })
}

describe('a change that breaks clients', () => {
  const changes: { name: string; edit: Edit }[] = [
    { name: 'a removed operation', edit: [readBooks, '  /books:\n'] },
    {
      name: 'a new required field in a request',
      edit: [
        '    NewBook:\n      type: object\n      required: [title]',
        '    NewBook:\n      type: object\n      required: [title, pages]',
      ],
    },
    {
      name: 'a removed field of a response',
      edit: [
        '        title: { type: string }\n        isbn: { type: string }\n',
        '        title: { type: string }\n',
      ],
    },
    { name: 'a narrower enum', edit: ['enum: [hard, soft]', 'enum: [hard]'] },
  ]

  it.each(changes)('is rejected with the same version: $name', async ({ edit }) => {
    const { passed, reasons } = await verdict('1.2.3', '1.2.3', edit)
    expect(reasons).toMatch('require a major bump (2.0.0)')
    expect(passed).toBe(false)
  })

  it.each(changes)('is rejected with a minor version: $name', async ({ edit }) => {
    expect((await verdict('1.2.3', '1.3.0', edit)).passed).toBe(false)
  })

  it.each(changes)('passes with a major version: $name', async ({ edit }) => {
    const { passed, reasons } = await verdict('1.2.3', '2.0.0', edit)
    expect(passed, reasons).toBe(true)
  })

  it.each(changes)('requires a minor version below 1.0: $name', async ({ edit }) => {
    expect((await verdict('0.2.3', '0.2.4', edit)).passed).toBe(false)
    expect((await verdict('0.2.3', '0.3.0', edit)).passed).toBe(true)
  })
})

describe('a compatible change', () => {
  const additions: { name: string; edit: Edit }[] = [
    {
      name: 'a field of a request',
      edit: [
        'binding: { type: string,',
        'shelf: { type: string }\n        binding: { type: string,',
      ],
    },
    { name: 'a value of an enum in a response', edit: ['[here, lent]', '[here, lent, lost]'] },
  ]
  const wording: Edit = ['description: The books.', 'description: All the books.']

  it.each(additions)('is rejected with the same version, if it adds $name', async ({ edit }) => {
    const { passed, reasons } = await verdict('1.2.3', '1.2.3', edit)
    expect(reasons).toMatch('require a minor bump (1.3.0)')
    expect(passed).toBe(false)
    expect((await verdict('1.2.3', '1.2.4', edit)).passed).toBe(false)
  })

  it.each(additions)('passes with a minor version, if it adds $name', async ({ edit }) => {
    expect((await verdict('1.2.3', '1.3.0', edit)).passed).toBe(true)
    expect((await verdict('0.2.3', '0.3.0', edit)).passed).toBe(true)
  })

  it('requires a patch version, if only texts differ', async () => {
    expect((await verdict('1.2.3', '1.2.3', wording)).passed).toBe(false)
    expect((await verdict('1.2.3', '1.2.4', wording)).passed).toBe(true)
  })
})

describe('an unchanged contract', () => {
  it('passes with the same and with any later version', async () => {
    expect((await verdict('1.2.3', '1.2.3')).passed).toBe(true)
    expect((await verdict('1.2.3', '1.3.0')).passed).toBe(true)
  })

  it('is rejected if package.json has a different version', async () => {
    const { passed, reasons } = await verdictOn(contract('1.2.3'), contract('1.2.3'), '1.2.4')
    expect(reasons).toBe('the versions differ: openapi.yaml has 1.2.3, package.json has 1.2.4')
    expect(passed).toBe(false)
  })

  it('passes before the first release', async () => {
    expect(await verdictOn(undefined, contract('0.1.0'), '0.1.0')).toEqual({
      passed: true,
      reasons: 'Nothing has been released yet.',
    })
  })
})

describe('this repository', () => {
  it('has the same version in openapi.yaml and package.json', async () => {
    const repository = new URL('../../', import.meta.url)
    const text = readFileSync(new URL('openapi.yaml', repository), 'utf8')
    const { version } = JSON.parse(readFileSync(new URL('package.json', repository), 'utf8'))
    expect((await verdictOn(undefined, text, version)).passed).toBe(true)
  })
})
