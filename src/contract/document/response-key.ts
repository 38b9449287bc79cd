/** Finds the declared response of a status: the status itself, its range, or `default` (OpenAPI 3.1 §4.8.16). */

/** The form of the keys of `responses`. */
export const responseKeyPattern = /^([1-5](\d\d|XX)|default)$/

/** Whether the response is one of errors. A `default` beside no response of success is one of success itself. */
export function isErrorKey(responses: object, key: string): boolean {
  const hasSuccess = () => Object.keys(responses).some((each) => /^[123]/.test(each))
  return /^[45]/.test(key) || (key === 'default' && hasSuccess())
}

/** Of an error. Undefined if it is not declared. */
export function errorKey(responses: object, status: number): string | undefined {
  const key = responseKey(responses, status)
  return key !== undefined && isErrorKey(responses, key) ? key : undefined
}

const statuses = Array.from({ length: 500 }, (_, at) => ((at + 300) % 500) + 100)

/** A status that this response describes, and no other: one of errors, if it describes any. */
export function statusOf(responses: object, key: string): number | undefined {
  if (/^\d+$/.test(key)) return Number(key)
  return statuses.find((status) => responseKey(responses, status) === key)
}

/** Undefined if the status is not declared. */
export function responseKey(responses: object, status: number): string | undefined {
  const keys = [String(status), `${Math.floor(status / 100)}XX`, 'default']
  return keys.find((key) => Object.hasOwn(responses, key))
}
