/** Finds everything that is wrong with a contract of OpenAPI 3.1 that is one document. */

import type { ContractFault } from '../document/contract-fault.ts'
import type { Document } from '../document/openapi.ts'
import { linkFaults } from './check-links.ts'
import { operationFaults } from './check-operations.ts'
import { pathFaults } from './check-paths.ts'
import { referenceFaults } from './check-references.ts'
import { shapeFaults } from './check-shapes.ts'
import { versionFault } from './check-version.ts'

export function documentFaults(document: Document): ContractFault[] {
  const version = versionFault(document)
  if (version) return [version]
  const shapes = shapeFaults(document)
  const references = referenceFaults(document)
  // The meaning of what has a wrong shape cannot be checked.
  if (shapes.some(({ isOfSchema }) => !isOfSchema)) return [...shapes, ...references]
  return [
    ...shapes,
    ...references,
    ...pathFaults(document),
    ...operationFaults(document),
    ...linkFaults(document),
  ]
}
