/** What the media types of a contract mean to this layer. */

export const formType = 'application/x-www-form-urlencoded'
export const multipartType = 'multipart/form-data'

/** Without parameters, in lower case. */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase()
}

/** `application/json`, and types with the suffix `+json` (RFC 6839 §3.1). */
export function isJson(mediaType: string): boolean {
  return /^application\/([^\s/*]+\+)?json$/.test(essenceOf(mediaType))
}

/** Server-sent events (WHATWG HTML §9.2). */
export function isEventStream(mediaType: string): boolean {
  return essenceOf(mediaType) === 'text/event-stream'
}

/** A JSON text in each line. */
export function isJsonLines(mediaType: string): boolean {
  return ['application/x-ndjson', 'application/ndjson', 'application/jsonl'].includes(
    essenceOf(mediaType),
  )
}

/** Both kinds of forms. */
export function isForm(mediaType: string): boolean {
  return [formType, multipartType].includes(essenceOf(mediaType))
}

/** How the body of a declared media type is read: as a value that a schema describes, as text, or as bytes. */
export function kindOf(declared: string): 'value' | 'text' | 'bytes' {
  if (isJson(declared) || isForm(declared)) return 'value'
  return essenceOf(declared).startsWith('text/') ? 'text' : 'bytes'
}

/**
 * The declared media type that includes this one: the type itself, with its parameters or without, or a range such as `image/*`
 * (OpenAPI 3.1 §4.8.14). The most specific comes first.
 */
export function declaredTypeOf(declared: readonly string[], mediaType: string): string | undefined {
  if (declared.includes(mediaType)) return mediaType
  const wanted = essenceOf(mediaType)
  const ranges = [wanted, wanted.replace(/\/.*/, '/*'), '*/*']
  return ranges
    .map((range) => declared.find((type) => essenceOf(type) === range))
    .find((type) => type !== undefined)
}
