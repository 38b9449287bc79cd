/** Reads a contract from its files, of OpenAPI 3.0 or 3.1, as one document of 3.1. */

import { documentFaults } from '../checks/check-document.ts'
import { withoutLinks } from '../checks/check-links.ts'
import { takenFaults } from '../checks/check-taken.ts'
import { versionFault, versionOf } from '../checks/check-version.ts'
import {
  type ContractFault,
  type PlacedFault,
  requireNoPlacedFaults,
} from '../document/contract-fault.ts'
import { isNode } from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'
import { upgraded, withoutNullable } from '../document/openapi-30.ts'
import { withOperationIds } from '../document/operation-names.ts'
import { bundle } from './bundle.ts'
import { type ContractFile, contractFiles } from './contract-files.ts'
import { readSource, type Source } from './contract-source.ts'
import { withoutReferenceSiblings } from './reference-siblings.ts'

export interface ReadContract {
  readonly document: Document
  /** All files that were read, the contract first. */
  readonly files: readonly ContractFile[]
}

/** Throws a `ContractError` that lists all faults with their places. */
export function readContract(file: URL): ReadContract {
  const root = readSource(file)
  requireNoPlacedFaults(root.faults)
  requireNoPlacedFaults([rootFault(root)].flatMap((fault) => (fault ? placed(root, fault) : [])))
  const reader = contractFiles(root)
  const { document: bundled, originOf, faults } = bundle(root, reader)
  const named = { ...bundled, openapi: versionOf(bundled.openapi) } as unknown as Document
  const current = withoutReferenceSiblings(withoutNullable(upgraded(named)))
  const document = withoutLinks(current, (pointer) => originOf(pointer).source !== root)
  const others = [...documentFaults(document), ...takenFaults(document, originOf, root)]
  const ofParts = others.map(({ pointer, text }) => {
    const origin = originOf(pointer)
    return placed(origin.source, { pointer: origin.pointer, text })
  })
  requireNoPlacedFaults([...reader.faults, ...faults, ...ofParts])
  return { document: withOperationIds(document), files: reader.files() }
}

/** All files that a contract is read from, the contract first, whether it has faults or not. Throws if it cannot be read. */
export function filesOf(file: URL): URL[] {
  const root = readSource(file)
  const reader = contractFiles(root)
  if (isNode(root.value)) bundle(root, reader)
  return reader.files().map(({ source }) => source.url)
}

function rootFault({ value }: Source): ContractFault | undefined {
  if (value === null || value === undefined) return { pointer: '', text: 'is empty' }
  if (isNode(value)) return versionFault(value)
  return { pointer: '', text: 'is not an OpenAPI document: it must be an object' }
}

function placed(source: Source, { pointer, text }: ContractFault): PlacedFault {
  return { place: source.placeOf(pointer), text }
}
