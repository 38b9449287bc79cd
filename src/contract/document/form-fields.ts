/** How the fields of a form are sent, as the contract declares them: as files, or as texts in a style. */
import { essenceOf, multipartType } from './media-type.ts'
import type { Document, MediaType } from './openapi.ts'
import { fieldStyle, fileKind, type Style } from './parameter-styles.ts'
import { shapeOf } from './shape.ts'

export interface FileField {
  readonly kind: 'one' | 'list'
  /** In bytes. */
  readonly maxLength: number
  /** Any, if there are none. */
  readonly mediaTypes: readonly string[]
}

export type FormField = FileField | Style

/** By name. */
export type FormFields = ReadonlyMap<string, FormField>

/** Only a multipart body has files. */
export function formFields(
  document: Document,
  mediaType: string,
  { schema = {}, encoding = {} }: MediaType,
): FormFields {
  const isMultipart = essenceOf(mediaType) === multipartType
  const fields = new Map<string, FormField>()
  for (const [name, property] of shapeOf(document, schema).properties) {
    const shape = property()
    const kind = isMultipart ? fileKind(shape) : undefined
    if (!kind) {
      fields.set(name, fieldStyle(name, shape, encoding[name]))
      continue
    }
    const { maxLength, mediaTypes } = kind === 'list' ? shape.items() : shape
    const named = encoding[name]?.contentType?.split(',').map((type) => type.trim())
    fields.set(name, { kind, maxLength, mediaTypes: named ?? mediaTypes })
  }
  return fields
}

export function isFile(field: object | undefined): field is FileField {
  return field !== undefined && 'mediaTypes' in field
}

/** Of the fields that are texts. */
export function stylesOf(fields: FormFields): Style[] {
  return [...fields.values()].flatMap((field) => (isFile(field) ? [] : [field]))
}
