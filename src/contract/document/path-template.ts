/** The templates of paths, such as `/books/{book_id}` and `/compare/{base}...{head}` (OpenAPI 3.1 §4.8.8.2). */

const parameter = /\{([^{}]+)\}/g

/** The names of the parameters, in order. */
export function parametersIn(template: string): readonly string[] {
  return [...template.matchAll(parameter)].flatMap(([, name = '']) => name)
}

/** The template with its parameters unnamed: templates that differ in names only match the same paths. */
export function unnamed(template: string): string {
  return template.replace(parameter, '{}')
}

/**
 * Returns a function that reads the values of the parameters of a segment, none of which is empty; undefined for another segment.
 *
 * A parameter ends where the next literal occurs first; the last literal is at the end. A regular expression with several
 * parameters would try every split of a segment that does not match: a request could take minutes.
 */
export function segmentReader(template: string): (segment: string) => string[] | undefined {
  const [first = '', ...others] = template.split(parameter)
  // Names and literals alternate.
  const literals = others.filter((_, at) => at % 2 === 1)
  const last = literals.pop()
  if (last === undefined) return (segment) => (segment === template ? [] : undefined)

  return (segment) => {
    if (!segment.startsWith(first) || !segment.endsWith(last)) return undefined
    const values: string[] = []
    let start = first.length
    for (const literal of literals) {
      const end = segment.indexOf(literal, start + 1)
      if (end < 0) return undefined
      values.push(segment.slice(start, end))
      start = end + literal.length
    }
    const end = segment.length - last.length
    return end > start ? [...values, segment.slice(start, end)] : undefined
  }
}

const absolute = /^https?:\/\/[^/]*/i

/**
 * The path without the query, and without the scheme and host that a client sends to a proxy (RFC 9112 §3.2.2), in the form of
 * `normalized`. A trailing slash makes it a different path (OpenAPI 3.1 §4.8.8).
 */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  return normalized(absolute.test(path) ? path.replace(absolute, '') || '/' : path)
}

/** With one text for each path: what need not be percent-encoded is not, and hexadecimal digits are in upper case (RFC 3986 §6.2.2). */
export function normalized(path: string): string {
  if (!path.includes('%')) return path
  return path.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : encoded.toUpperCase()
  })
}

/** Returns a function that reads the texts of the parameters of a path, as `pathOf` returns it: they are still percent-encoded. */
export function pathTexts(template: string): (path: string) => Record<string, string> {
  const names = parametersIn(template)
  const readers = normalized(template).split('/').map(segmentReader)
  return (path) => {
    const values = path.split('/').flatMap((segment, at) => readers[at]?.(segment) ?? [])
    return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']))
  }
}
