/** `tessera-contract diff`, as a project runs it after an upgrade of a package. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Edit, edited } from '../edited.ts'

const bin = fileURLToPath(new URL('../../../src/contract/bin.ts', import.meta.url))

const library = `openapi: 3.1.0
info: { title: Library, version: 1.0.0 }
tags: [{ name: Books }]
paths:
  /books:
    get:
      operationId: listBooks
      tags: [Books]
      responses:
        '200': { description: Books., content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }
components:
  schemas:
    Book: { type: object, required: [title], properties: { title: { type: string }, isbn: { type: string } } }
`
const own = `openapi: 3.1.0
info: { title: Shop, version: 1.0.0 }
tags: [{ name: Books }]
paths:
  /books: { $ref: '@library/server/openapi.yaml#/paths/~1books' }
  /orders: { get: { operationId: listOrders, responses: { '204': { description: None. } } } }
`

function project() {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-diff-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  write('openapi.yaml', own)
  const upgrade = (text: string) => write('node_modules/@library/server/openapi.yaml', text)
  upgrade(library)
  const run = (...args: string[]) => {
    const options = { cwd: folder, encoding: 'utf8' } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], options)
    return { status, out: stdout, err: stderr }
  }
  return { folder, write, upgrade, run }
}

describe('tessera-contract diff', () => {
  it('lists what an upgrade changed in the operations taken by reference, and fails if it breaks clients [K38]', () => {
    const { run, upgrade } = project()
    expect(run('generate', 'openapi.yaml').status).toBe(0)
    expect(run('diff')).toEqual({ status: 0, out: 'nothing has changed\n', err: '' })

    upgrade(edited(library, ['isbn: { type: string } }', 'isbn: { type: string }, pages: {} }']))
    expect(run('diff')).toEqual({
      status: 0,
      out: 'listBooks\n  added     schemas/Book/properties/pages: pages was added.\n\n0 breaking, 1 added, 0 changed otherwise\n',
      err: '',
    })

    upgrade(edited(library, [', isbn: { type: string }', '']))
    const breaking = run('diff', 'openapi.yaml', '--json')
    expect([breaking.status, breaking.err]).toEqual([1, ''])
    expect(JSON.parse(breaking.out)).toEqual({
      changes: [
        {
          impact: 'breaking',
          operations: ['listBooks'],
          pointer: '/components/schemas/Book/properties/isbn',
          text: 'Property isbn of Book was removed.',
        },
      ],
    })
    expect(run('generate', 'openapi.yaml').status).toBe(0)
    expect(run('diff').status).toBe(0)
  })

  it('compares any two contracts [K38]', () => {
    const { run, write } = project()
    write('old.yaml', library)
    write('new.yaml', edited(library, ['operationId: listBooks', 'operationId: readBooks']))
    expect(run('diff', 'old.yaml', 'new.yaml')).toEqual({
      status: 1,
      out: "listBooks, readBooks\n  breaking  operationId: operationId of operation GET /books changed from 'listBooks' to 'readBooks'.\n\n1 breaking, 0 added, 0 changed otherwise\n",
      err: '',
    })
  })

  it('lists a scope that the contract does not declare yet [K38]', () => {
    const { run, upgrade, write } = project()
    const scheme =
      'components: { securitySchemes: { Login: { type: oauth2, flows: { password: { tokenUrl: /, scopes: {} } } } } }\n'
    const security = (scopes: string): Edit => [
      'operationId: listBooks',
      `operationId: listBooks\n      security: [{ Login: [${scopes}] }]`,
    ]
    write('openapi.yaml', own + scheme)
    upgrade(edited(library, security('')))
    expect(run('generate', 'openapi.yaml').err).toBe('')
    upgrade(edited(library, security('read')))
    expect(run('diff')).toMatchObject({
      status: 1,
      out: expect.stringMatching(
        /^listBooks\n {2}breaking {2}security\S*: .*requires new scopes: 'read'/,
      ),
    })
  })

  it('says what is missing, or wrong, in one sentence [K38]', () => {
    const { run, write } = project()
    expect(run('diff').err).toBe('generated/openapi.json: no such file\n')
    expect(run('diff', 'a.yaml', 'b.yaml', 'c.yaml')).toMatchObject({ status: 2 })
    expect(run('diff', '--watch')).toMatchObject({ status: 2 })
    expect(run('generate', 'openapi.yaml', '--json')).toMatchObject({ status: 2 })
    write('old.yaml', library)
    write('openapi.yaml', edited(own, ['~1books', '~1book']))
    expect(run('diff', 'old.yaml', 'openapi.yaml')).toEqual({
      status: 1,
      out: '',
      err: 'openapi.yaml:5:13: cannot resolve @library/server/openapi.yaml#/paths/~1book: node_modules/@library/server/openapi.yaml has no /paths/~1book\n',
    })
  })
})
