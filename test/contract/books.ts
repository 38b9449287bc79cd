/** The contract of the tests (`books.yaml`), optionally edited. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Contract, contractOf } from '../../src/contract/contract.ts'
import type { Document } from '../../src/contract/document/openapi.ts'
import { type Edit, edited } from './edited.ts'

export const bookText = readFileSync(new URL('books.yaml', import.meta.url), 'utf8')

export function bookDocument(...edits: readonly Edit[]): Document {
  return parse(edited(bookText, ...edits))
}

export function bookContract(...edits: readonly Edit[]): Contract {
  return contractOf(bookDocument(...edits))
}
