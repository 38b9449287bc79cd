/** Which fields of a multipart body are files, as the contract declares them. */
import type { Document, MediaType } from './openapi.ts'
import { fileKind } from './parameter-styles.ts'
import { shapeOf } from './shape.ts'

export interface FileField {
  readonly kind: 'one' | 'list'
  /** In bytes. */
  readonly maxLength: number
  /** Any, if there are none. */
  readonly mediaTypes: readonly string[]
}

export function fileFields(
  document: Document,
  { schema = {}, encoding = {} }: MediaType,
): ReadonlyMap<string, FileField> {
  const files = new Map<string, FileField>()
  for (const [name, property] of shapeOf(document, schema).properties) {
    const shape = property()
    const kind = fileKind(shape)
    if (!kind) continue
    const { maxLength, mediaTypes } = kind === 'list' ? shape.items() : shape
    const named = encoding[name]?.contentType?.split(',').map((type) => type.trim())
    files.set(name, { kind, maxLength, mediaTypes: named ?? mediaTypes })
  }
  return files
}
