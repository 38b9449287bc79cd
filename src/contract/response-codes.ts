/** Reads `x-codes`: the error codes of a response. The schema of errors has an open string, so that codes can be added. */
import type { Response } from './openapi.ts'

/** The codes by status, of the responses that list them. `refuse` makes the error for a wrong list. */
export function codesOf(
  responses: Readonly<Record<string, Response>>,
  refuse: (fault: string) => Error,
): Record<string, readonly string[]> | undefined {
  const listed = Object.entries(responses).flatMap(([status, { 'x-codes': codes }]) => {
    if (codes === undefined) return []
    if (!/^([45]|default)/.test(status))
      throw refuse(`has x-codes in the response '${status}', which is no error`)
    if (!isListOfCodes(codes))
      throw refuse(`has x-codes in the response '${status}' that are not a list of texts`)
    return [[status, codes] as const]
  })
  return listed.length > 0 ? Object.fromEntries(listed) : undefined
}

function isListOfCodes(codes: unknown): codes is readonly string[] {
  return (
    Array.isArray(codes) &&
    codes.length > 0 &&
    codes.every((code) => typeof code === 'string' && code !== '')
  )
}
