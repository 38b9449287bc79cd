import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import type { Contract } from '../../../src/contract/contract.ts'
import { generatedFiles } from '../../../src/contract/generate.ts'

const library = fileURLToPath(new URL('../../../src/contract/index.ts', import.meta.url))

/** The generated files of a contract with a description of so many characters, and the contract that they make. */
async function generated(length: number) {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-large-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const description = 'x'.repeat(length)
  const responses = { 204: { description } }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Large', version: '1.0.0' },
    paths: { '/': { get: { operationId: 'read', responses } } },
  }
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('openapi.yaml', JSON.stringify(document))
  const files = await generatedFiles(pathToFileURL(join(folder, 'openapi.yaml')), {
    library,
    source: './openapi.yaml',
  })
  for (const [name, text] of Object.entries(files)) write(name, text)
  const { contract }: { contract: Contract } = await import(join(folder, 'contract.ts'))
  return { names: Object.keys(files), contract, description }
}

it('a contract of more than a megabyte is imported as a text, of which TypeScript makes one type [K44]', async () => {
  const { names, contract, description } = await generated(1_000_000)
  expect(names).toEqual(['contract.ts', 'api.ts', 'openapi.json', 'openapi.text.json'])
  expect(contract.document.paths['/']?.get?.responses?.[204]).toEqual({ description })
  expect(Object.keys(contract.operations)).toEqual(['read'])
})

it('a smaller one is imported as it is', async () => {
  const { names, contract } = await generated(10)
  expect(names).toEqual(['contract.ts', 'api.ts', 'openapi.json'])
  expect(Object.keys(contract.operations)).toEqual(['read'])
})
