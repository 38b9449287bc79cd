/** Files of a contract in a folder of their own, for a test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { ContractError } from '../../src/contract/document/document.ts'
import type { Document } from '../../src/contract/document/openapi.ts'
import { type ReadContract, readContract } from '../../src/contract/generate/read-contract.ts'

export interface ContractFolder {
  readonly read: () => ReadContract
  readonly document: () => Document
  /** The lines of the error, without the path of the folder. */
  readonly faults: () => string[]
}

/** @param files the text of each file, by its path. The contract is `openapi.yaml`, or the first. */
export function contractFolder(files: Readonly<Record<string, string>>): ContractFolder {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-contract-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const [first = ''] = Object.keys(files)
  const read = () => readContract(pathToFileURL(join(folder, first)))
  return {
    read,
    document: () => read().document,
    faults() {
      try {
        read()
        return []
      } catch (error) {
        if (!(error instanceof ContractError)) throw error
        return error.message.replaceAll(`${folder}/`, '').split('\n')
      }
    },
  }
}
