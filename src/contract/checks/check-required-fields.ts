/**
 * Finds bodies that require a field which they do not declare: no reply can have it, and the types of a request do not show it. Most are
 * misspelled.
 */
import { appliedPlaces } from '../document/applied-schemas.ts'
import type { ContractFault } from '../document/contract-fault.ts'
import { valueAt } from '../document/document.ts'
import { escapePointer, isNode, type Node, unescapePointer } from '../document/document-parts.ts'
import { isEventStream, isJson, isJsonLines, kindOf } from '../document/media-type.ts'
import type { Document } from '../document/openapi.ts'
import { declaredOperations } from '../document/operation-names.ts'

const compositions = ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas']

/** For `generate` only: a server that this layer does not serve may send undeclared fields. */
export function undeclaredFaults(document: Document): ContractFault[] {
  const seen = new Set<unknown>()
  const pointers = declaredOperations(document).map(({ pointer }) => pointer)
  const responses = pointers.flatMap((pointer) => below(`${pointer}/responses`))
  return [
    ...responses.flatMap((each) =>
      contentFaults(each, isHeldReply, 'replies have no undeclared fields'),
    ),
    ...pointers.flatMap((pointer) =>
      contentFaults(`${pointer}/requestBody`, isHeldRequest, 'its handler does not know it'),
    ),
  ]

  function contentFaults(
    pointer: string,
    isHeld: (mediaType: string) => boolean,
    why: string,
  ): ContractFault[] {
    return below(`${followed(pointer)}/content`)
      .filter((media) => isHeld(unescapePointer(media.slice(media.lastIndexOf('/') + 1))))
      .flatMap((media) => valueFaults(`${media}/schema`, why))
  }

  function valueFaults(pointer: string, why: string): ContractFault[] {
    const schema = valueAt(document, pointer)
    if (!isNode(schema) || seen.has(schema)) return []
    seen.add(schema)
    const parts = [...appliedPlaces(document, schema, compositions, pointer)]
    const declared = parts.flatMap(([{ properties }]) => Object.keys(Object(properties)))
    const isClosed = declared.length > 0 && !parts.some(([part]) => isOpen(part))
    const required = [...appliedPlaces(document, schema, ['allOf'], pointer)]
    return required.flatMap(([{ required: names }, place]) =>
      (Array.isArray(names) ? names : []).flatMap((name, at) => {
        if (declared.includes(name))
          return parts.flatMap(([, part]) =>
            valueFaults(`${part}/properties/${escapePointer(name)}`, why),
          )
        return isClosed ? [{ pointer: `${place}/required/${at}`, text: undeclared(name, why) }] : []
      }),
    )
  }

  function below(pointer: string): string[] {
    const members = Object.keys(Object(valueAt(document, pointer)))
    return members.map((name) => `${pointer}/${escapePointer(name)}`)
  }

  /** Where the reference at a place leads; the place itself if there is none. */
  function followed(pointer: string): string {
    const { $ref }: { $ref?: unknown } = Object(valueAt(document, pointer))
    return typeof $ref === 'string' ? $ref.replace(/^#/, '') : pointer
  }
}

// Whether a body of the media type is held to its schema. The text of another is not held to that of a structure.
const isHeldReply = (type: string) => isJson(type) || isEventStream(type) || isJsonLines(type)
const isHeldRequest = (type: string) => kindOf(type) === 'value'

/** Whether it allows undeclared fields itself. */
function isOpen(schema: Node): boolean {
  const { additionalProperties: others = false, unevaluatedProperties: rest = false } = schema
  return others !== false || rest !== false || schema.patternProperties !== undefined
}

const undeclared = (name: unknown, why: string): string =>
  `required has ${name}, which the schema does not declare, and ${why}: declare it in properties, or allow others by additionalProperties`
