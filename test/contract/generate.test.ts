import { describe, expect, it } from 'vitest'
import { repositoryCopy } from './repository-copy.ts'

const generate = 'src/generate.ts'
const ofContract = ['generated/contract.ts', 'generated/api.ts', 'generated/openapi.json']
const ofRedoc = [
  'generated/redoc/redoc.standalone.js',
  'generated/redoc/redoc.standalone.js.br',
  'generated/redoc/redoc.standalone.js.gz',
  'generated/redoc/redoc.standalone.js.LICENSE.txt',
  'generated/redoc/LICENSE',
]
const ofSwaggerUi = [
  'generated/swagger-ui/swagger-ui-bundle.js',
  'generated/swagger-ui/swagger-ui-bundle.js.br',
  'generated/swagger-ui/swagger-ui-bundle.js.gz',
  'generated/swagger-ui/swagger-ui-bundle.js.LICENSE.txt',
  'generated/swagger-ui/swagger-ui.css',
  'generated/swagger-ui/swagger-ui.css.br',
  'generated/swagger-ui/swagger-ui.css.gz',
  'generated/swagger-ui/LICENSE',
  'generated/swagger-ui/NOTICE',
]
const nothing = { status: 0, out: '', err: '' }
const stale = (...files: readonly string[]) => ({
  status: 1,
  out: '',
  err: files.map((file) => `${file} is stale: run npm run generate\n`).join(''),
})

describe('npm run generate', () => {
  it('finds no stale file in this repository', async () => {
    using copy = repositoryCopy()
    expect(await copy.node(generate, '--check')).toEqual(nothing)
  })

  it('writes nothing if nothing has changed', async () => {
    using copy = repositoryCopy()
    await copy.node(generate)
    const before = ofContract.map(copy.read)
    expect(await copy.node(generate)).toEqual(nothing)
    expect(ofContract.map(copy.read)).toEqual(before)
  })

  it('with --check lists every stale file and writes none', async () => {
    using copy = repositoryCopy()
    copy.edit('openapi.yaml', ['operationId: readJwks', 'operationId: readKeys'])
    const before = ofContract.map(copy.read)
    expect(await copy.node(generate, '--check')).toEqual(stale(...ofContract))
    expect(ofContract.map(copy.read)).toEqual(before)
  })

  it('finds changed and deleted files', async () => {
    using copy = repositoryCopy()
    copy.write('generated/openapi.json', '{}')
    copy.remove('generated/redoc')
    expect(await copy.node(generate, '--check')).toEqual(
      stale('generated/openapi.json', ...ofRedoc),
    )
  })

  it('writes and lists the stale files', async () => {
    using copy = repositoryCopy()
    copy.edit('openapi.yaml', ['operationId: readJwks', 'operationId: readKeys'])
    copy.remove('generated/redoc')
    copy.remove('generated/swagger-ui')
    const out = [...ofContract, ...ofRedoc, ...ofSwaggerUi].map((file) => `${file}\n`).join('')
    expect(await copy.node(generate)).toEqual({ status: 0, out, err: '' })
    expect(copy.read('generated/contract.ts')).toContain('"readKeys": {')
    expect(copy.read('generated/api.ts')).toContain('readKeys: {')
    expect(copy.read('generated/openapi.json')).toContain('"operationId": "readKeys"')
  })

  it.each([[], ['--check']])(
    'names the place of each fault, and writes nothing: %j [K21]',
    async (...options) => {
      using copy = repositoryCopy()
      copy.edit('openapi.yaml', ['operationId: readJwks', 'operationID: readJwks'])
      const before = ofContract.map(copy.read)
      const { status, out, err } = await copy.node(generate, ...options)
      expect({ status, out }).toEqual({ status: 1, out: '' })
      expect(err).toMatch(/^openapi\.yaml:\d+:7: operationID is not a field of an operation\n$/)
      expect(ofContract.map(copy.read)).toEqual(before)
    },
  )
})
