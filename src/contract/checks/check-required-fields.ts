/**
 * Finds bodies that require a field which they do not declare: no reply can have it, and the types of a request do not show it. Most are
 * misspelled.
 */
import type { ContractFault } from '../document/contract-fault.ts'
import { valueAt } from '../document/document.ts'
import { escapePointer, isNode, type Node, unescapePointer } from '../document/document-parts.ts'
import { isEventStream, isJson, isJsonLines, kindOf } from '../document/media-type.ts'
import type { Document } from '../document/openapi.ts'
import { declaredOperations } from '../document/operation-names.ts'

/** A schema, and its place. */
type Place = readonly [pointer: string, schema: Node]

/** For `generate` only: a server that this layer does not serve may send undeclared fields. */
export function undeclaredFaults(document: Document): ContractFault[] {
  const seen = new Set<unknown>()
  const operations = declaredOperations(document)
  return [
    ...operations.flatMap(({ pointer }) =>
      below(`${pointer}/responses`).flatMap((each) => contentFaults(each, ofReply)),
    ),
    ...operations.flatMap(({ pointer }) => contentFaults(`${pointer}/requestBody`, ofRequest)),
  ]

  function contentFaults(pointer: string, { hasValues, why }: BodyRule): ContractFault[] {
    return below(`${followed(pointer)}/content`)
      .filter((media) => hasValues(unescapePointer(media.slice(media.lastIndexOf('/') + 1))))
      .flatMap((media) => valueFaults(`${media}/schema`, why))
  }

  function valueFaults(pointer: string, why: string): ContractFault[] {
    const schema = valueAt(document, pointer)
    if (!isNode(schema) || seen.has(schema)) return []
    seen.add(schema)
    const parts = partsOf(pointer, ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas'])
    const declared = parts.flatMap(([, { properties }]) => Object.keys(Object(properties)))
    const isClosed = declared.length > 0 && !parts.some(isOpen)
    return partsOf(pointer, ['allOf']).flatMap(([place, { required }]) =>
      (Array.isArray(required) ? required : []).flatMap((name, at) => {
        if (declared.includes(name))
          return parts.flatMap(([part]) =>
            valueFaults(`${part}/properties/${escapePointer(name)}`, why),
          )
        return isClosed ? [{ pointer: `${place}/required/${at}`, text: undeclared(name, why) }] : []
      }),
    )
  }

  /** The schema at a place, and those of the same value. */
  function partsOf(
    pointer: string,
    keywords: readonly string[],
    around: readonly string[] = [],
  ): Place[] {
    const schema = valueAt(document, pointer)
    if (!isNode(schema) || around.includes(pointer)) return []
    const inner = [
      ...('$ref' in schema ? [followed(pointer)] : []),
      ...keywords.flatMap((keyword) =>
        ['then', 'else'].includes(keyword)
          ? `${pointer}/${keyword}`
          : below(`${pointer}/${keyword}`),
      ),
    ]
    return [
      [pointer, schema],
      ...inner.flatMap((each) => partsOf(each, keywords, [...around, pointer])),
    ]
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

interface BodyRule {
  /** Whether a body of the media type is held to its schema. The text of another is not held to that of a structure. */
  readonly hasValues: (mediaType: string) => boolean
  readonly why: string
}

const ofReply: BodyRule = {
  hasValues: (type) => isJson(type) || isEventStream(type) || isJsonLines(type),
  why: 'replies have no undeclared fields',
}

const ofRequest: BodyRule = {
  hasValues: (type) => kindOf(type) === 'value',
  why: 'its handler does not know it',
}

/** Whether it allows undeclared fields itself. */
function isOpen([, schema]: Place): boolean {
  const { additionalProperties, unevaluatedProperties, patternProperties } = schema
  return (
    [additionalProperties, unevaluatedProperties].some(
      (each) => each !== undefined && each !== false,
    ) || patternProperties !== undefined
  )
}

const undeclared = (name: unknown, why: string): string =>
  `required has ${name}, which the schema does not declare, and ${why}: declare it in properties, or allow others by additionalProperties`
