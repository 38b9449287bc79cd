/** Finds the declared response of a status: the status itself, its range, or `default` (OpenAPI 3.1 §4.8.16). */

/** The form of the keys of `responses`. */
export const responseKeyPattern = /^([1-5](\d\d|XX)|default)$/

/** Undefined if the status is not declared. */
export function responseKey(responses: object, status: number): string | undefined {
  const keys = [String(status), `${Math.floor(status / 100)}XX`, 'default']
  return keys.find((key) => Object.hasOwn(responses, key))
}
