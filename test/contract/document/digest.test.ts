import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { digestOf, staleSource } from '../../../src/contract/document/digest.ts'

describe('digestOf', () => {
  it('differs for different texts', () => {
    expect(digestOf('title: Tessera\n')).toBe(digestOf('title: Tessera\n'))
    expect(digestOf('title: Tessera\n')).not.toBe(digestOf('title: Mosaic\n'))
  })

  it('does not depend on line ends', () => {
    expect(digestOf('a\r\nb\r\n')).toBe(digestOf('a\nb\n'))
  })
})

describe('staleSource', () => {
  const sources = {
    '../openapi.yaml': digestOf('a'),
    '../schemas/book.yaml': digestOf('b'),
    '@library/server/openapi.yaml': digestOf('c'),
  }
  const found = (files: Readonly<Record<string, string>>) => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-sources-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return staleSource(pathToFileURL(join(folder, 'generated/')), sources)
  }
  const same = {
    'generated/api.ts': '',
    'openapi.yaml': 'a',
    'schemas/book.yaml': 'b',
    'node_modules/@library/server/openapi.yaml': 'c',
  }

  it.each<[what: string, change: Record<string, string>, stale: string | undefined]>([
    ['none that is as it was', {}, undefined],
    ['a file that the contract refers to', { 'schemas/book.yaml': 'x' }, 'schemas/book.yaml'],
    [
      'a file of a package',
      { 'node_modules/@library/server/openapi.yaml': 'x' },
      '@library/server/openapi.yaml',
    ],
  ])('names %s [K22]', (_, change, stale) => {
    expect(found({ ...same, ...change })).toBe(stale)
  })

  it('names none that is absent [K22]', () => {
    expect(found({ 'generated/api.ts': '' })).toBeUndefined()
  })
})
