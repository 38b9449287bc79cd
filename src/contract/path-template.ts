/** The templates of paths, such as `/books/{book_id}` and `/compare/{base}...{head}` (OpenAPI 3.1 §4.8.8.2). */
import { BadRequest } from './refusal.ts'

const parameter = /\{([^{}]+)\}/g

/** The names of the parameters, in order. */
export function parametersIn(template: string): readonly string[] {
  return [...template.matchAll(parameter)].flatMap(([, name = '']) => name)
}

/** A regular expression for one segment, or for a whole template; it captures the parameters, none of which spans segments. */
export function patternOf(template: string): RegExp {
  const [first = '', ...others] = template.split(parameter)
  // Names and literals alternate.
  const literals = [first, ...others.filter((_, at) => at % 2 === 1)].map(RegExp.escape)
  return new RegExp(`^${literals.join('([^/]+?)')}$`)
}

/** The path without the query. A trailing slash makes it a different path (OpenAPI 3.1 §4.8.8). */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** Returns a function that reads the values of the parameters. It throws a `BadRequest` if one is not percent-encoded UTF-8. */
export function pathValues(template: string): (path: string) => Record<string, string> {
  const names = parametersIn(template)
  const pattern = patternOf(template)
  return (path) => {
    const [, ...values] = pattern.exec(path) ?? []
    return Object.fromEntries(names.map((name, at) => [name, decoded(values[at] ?? '')]))
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    const faults = [{ in: 'path', pointer: '', detail: 'is malformed' }] as const
    throw new BadRequest('The request is invalid', { faults })
  }
}
