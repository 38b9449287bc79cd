/** Finds responses that no reply can be: they require a field that they do not declare, and a reply has no undeclared fields. */
import type { ContractFault } from '../document/contract-fault.ts'
import { valueAt } from '../document/document.ts'
import { escapePointer, isNode, type Node, unescapePointer } from '../document/document-parts.ts'
import { isEventStream, isJson, isJsonLines } from '../document/media-type.ts'
import type { Document } from '../document/openapi.ts'
import { declaredOperations } from '../document/operation-names.ts'

/** A schema, and its place. */
type Place = readonly [pointer: string, schema: Node]

/** For `generate` only: a server that this layer does not serve may send undeclared fields. */
export function replyFaults(document: Document): ContractFault[] {
  const seen = new Set<unknown>()
  return declaredOperations(document).flatMap(({ pointer }) =>
    below(`${pointer}/responses`).flatMap((response) =>
      below(`${followed(response)}/content`)
        .filter(hasValues)
        .flatMap((media) => valueFaults(`${media}/schema`)),
    ),
  )

  function valueFaults(pointer: string): ContractFault[] {
    const schema = valueAt(document, pointer)
    if (!isNode(schema) || seen.has(schema)) return []
    seen.add(schema)
    const parts = partsOf(pointer, ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas'])
    const declared = parts.flatMap(([, { properties }]) => Object.keys(Object(properties)))
    const isClosed = declared.length > 0 && !parts.some(isOpen)
    return partsOf(pointer, ['allOf']).flatMap(([place, { required }]) =>
      (Array.isArray(required) ? required : []).flatMap((name, at) => {
        if (declared.includes(name))
          return parts.flatMap(([part]) => valueFaults(`${part}/properties/${escapePointer(name)}`))
        return isClosed ? [{ pointer: `${place}/required/${at}`, text: undeclared(name) }] : []
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

/** The text of another media type is not held to the schema of a structure. */
function hasValues(media: string): boolean {
  const type = unescapePointer(media.slice(media.lastIndexOf('/') + 1))
  return isJson(type) || isEventStream(type) || isJsonLines(type)
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

const undeclared = (name: unknown): string =>
  `required has ${name}, which the schema does not declare, and replies have no undeclared fields: declare it in properties, or allow others by additionalProperties`
