/** Reads the Cookie header (RFC 6265 §4.2.1). */

/** Of a repeated name, the first value: browsers send the cookie of the longest path first. */
export function cookiesIn(header: string): Readonly<Record<string, string>> {
  const pairs = header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=')
    return equals < 0
      ? []
      : [[pair.slice(0, equals).trim(), unquoted(pair.slice(equals + 1))] as const]
  })
  return Object.fromEntries(pairs.toReversed())
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1')
}

/** Values are percent-encoded, as browsers' libraries do. One that is not percent-encoded UTF-8 stays as it is. */
export function decodedCookie(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
