/** How the fields of a form are sent: files, and texts in the style that the contract declares. */
import { fileFields } from '../document/file-fields.ts'
import { essenceOf, formType, multipartType } from '../document/media-type.ts'
import type { Document, Encoding, Schema } from '../document/openapi.ts'
import { fieldStyle } from '../document/parameter-styles.ts'
import { shapeOf } from '../document/shape.ts'

export type FormField = FileField | TextField

interface FileField {
  readonly isFile: true
  readonly isList: boolean
  /** Of the files that the kit makes. */
  readonly mediaType: string
}

export interface TextField {
  readonly isFile: false
  readonly style: string
  readonly explode: boolean
  /** Its value is text of this media type. */
  readonly mediaType: string | undefined
}

export type FormFields = ReadonlyMap<string, FormField>

/** Empty for what is no form. */
export function formFields(
  document: Document,
  mediaType: string,
  declared: { schema?: Schema; encoding?: Record<string, Encoding> },
): FormFields {
  const essence = essenceOf(mediaType)
  if (essence !== formType && essence !== multipartType) return new Map()
  const files = essence === multipartType ? fileFields(document, declared) : new Map()
  const { schema = {}, encoding = {} } = declared
  const fields = [...shapeOf(document, schema).properties].map(([name, property]) => {
    const file = files.get(name)
    if (file)
      return [
        name,
        { isFile: true, isList: file.kind === 'list', mediaType: anyOf(file.mediaTypes) },
      ] as const
    const { style = 'form', explode = style === 'form' } = encoding[name] ?? {}
    const { kind } = fieldStyle(name, property(), encoding[name])
    const isJson = kind === 'json'
    return [
      name,
      { isFile: false, style, explode, mediaType: isJson ? 'application/json' : undefined },
    ] as const
  })
  return new Map<string, FormField>(fields)
}

/** A media type that a range such as `image/*` includes. */
function anyOf([first = 'application/octet-stream']: readonly string[]): string {
  const [kind = '*'] = first.split('/')
  const usual: Readonly<Record<string, string>> = { image: 'image/png', text: 'text/plain' }
  if (!first.endsWith('/*')) return first
  return usual[kind] ?? `${kind.replace('*', 'application')}/octet-stream`
}
