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
  const tags = tagsOf({ ...document })
  return declaredOperations(document).flatMap(({ id, operation, pointer }) => {
    const { source } = originOf(pointer)
    if (source === root || !isNode(source.value)) return []
    const { value: other } = source
    const declaredThere = tagsOf(other)
    const missing = (operation.tags ?? []).filter(
      (tag) => declaredThere.includes(tag) && !tags.includes(tag),
    )
    return [
      ...missing.map((tag) => ({
        pointer: `${pointer}/tags`,
        text: `${id} has the tag ${tag}, which ${root.name} does not declare`,
        advice: 'add it to its tags',
      })),
      ...inheritedFaults(id, pointer, operation.security === undefined, other, root),
    ]
  })
}

function inheritedFaults(
  id: string,
  pointer: string,
  inherits: boolean,
  other: Node,
  root: Source,
): ContractFault[] {
  if (!('openapi' in other) || !isNode(root.value)) return []
  const version = versionOf(other.openapi)
  const own = versionOf(root.value.openapi)
  const isSame = JSON.stringify(other.security) === JSON.stringify(root.value.security)
  return [
    ...(version.slice(0, 3) === own.slice(0, 3)
      ? []
      : [
          {
            pointer,
            text: `${id} is of OpenAPI ${version}, and ${root.name} of ${own}`,
            advice: `both must be of one version`,
          },
        ]),
    ...(inherits && !isSame
      ? [
          {
            pointer,
            text: `${id} has the security of its document, which is not that of ${root.name}`,
            advice: 'refer to the operation itself, and write security beside $ref',
          },
        ]
      : []),
  ]
}

function tagsOf({ tags }: Node): unknown[] {
  return Array.isArray(tags) ? tags.map((tag) => (isNode(tag) ? tag.name : undefined)) : []
}
