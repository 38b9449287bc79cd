/** Finds what operations of other documents need and a reference does not bring along: tags, security and the version. */

import type { ContractFault } from '../document/contract-fault.ts'
import { isNode, type Node } from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'
import { declaredOperations } from '../document/operation-names.ts'
import type { Location } from '../generate/contract-files.ts'
import type { Source } from '../generate/contract-source.ts'
import { versionOf } from './check-version.ts'

type OriginOf = (pointer: string) => Location

export function takenFaults(document: Document, originOf: OriginOf, root: Source): ContractFault[] {
  const { value: own } = root
  if (!isNode(own)) return []
  return declaredOperations(document).flatMap(
    ({ id, operation: { tags = [], security }, pointer }) => {
      const { source } = originOf(pointer)
      const { value: other } = source
      if (source === root || !isNode(other)) return []
      const [ownTags, otherTags] = [tagsOf(own), tagsOf(other)]
      const faults: ContractFault[] = tags
        .filter((tag) => otherTags.includes(tag) && !ownTags.includes(tag))
        .map((tag) => ({
          pointer: `${pointer}/tags`,
          text: `${id} has the tag ${tag}, which ${root.name} does not declare`,
          advice: 'add it to its tags',
        }))
      if (!('openapi' in other)) return faults
      const [version, ownVersion] = [versionOf(other.openapi), versionOf(own.openapi)]
      if (version.slice(0, 3) !== ownVersion.slice(0, 3))
        faults.push({
          pointer,
          text: `${id} is of OpenAPI ${version}, and ${root.name} of ${ownVersion}`,
          advice: 'both must be of one version',
        })
      const isSame = JSON.stringify(other.security) === JSON.stringify(own.security)
      if (security === undefined && !isSame)
        faults.push({
          pointer,
          text: `${id} has the security of its document, which is not that of ${root.name}`,
          advice: 'refer to the operation itself, and write security beside $ref',
        })
      return faults
    },
  )
}

function tagsOf({ tags }: Node): unknown[] {
  return Array.isArray(tags) ? tags.map((tag) => (isNode(tag) ? tag.name : undefined)) : []
}
