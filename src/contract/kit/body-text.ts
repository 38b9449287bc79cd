/** Writes a body, and its Content-Type. */
import type { FormFields } from '../document/form-fields.ts'
import { formType, isJson } from '../document/media-type.ts'
import { boundary, isSentFile, multipart, urlencoded } from './form-body.ts'
import { textOf } from './serialize.ts'

/** The Content-Type of a body that the kit writes. */
export function contentTypeOf(mediaType: string): string {
  if (mediaType.startsWith('multipart/')) return `${mediaType}; boundary=${boundary}`
  return mediaType.replace('/*', '/octet-stream').replace(/^\*/, 'application')
}

export function bodyText(
  mediaType: string,
  value: unknown,
  fields: FormFields,
): string | Uint8Array | undefined {
  if (value === undefined) return undefined
  if (isJson(mediaType)) return JSON.stringify(value)
  if (value instanceof Uint8Array) return value
  if (isSentFile(value)) return value.bytes
  if (mediaType === formType) return urlencoded(value, fields)
  if (mediaType.startsWith('multipart/')) return multipart(value, fields)
  return textOf(value)
}
