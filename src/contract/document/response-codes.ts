/** Reads `x-codes`: the error codes of a response. The schema of errors has an open string, so that codes can be added. */
import type { Response } from './openapi.ts'

/** The codes by status, of the responses that list them. */
export function codesOf(
  responses: Readonly<Record<string, Response>>,
): Record<string, readonly string[]> | undefined {
  const listed = Object.entries(responses).flatMap(([status, { 'x-codes': codes }]) =>
    isListOfCodes(codes) ? [[status, codes] as const] : [],
  )
  return listed.length > 0 ? Object.fromEntries(listed) : undefined
}

/** A sentence about the codes of a response, if something is wrong with them. */
export function codesFault(status: string, { 'x-codes': codes }: Response): string | undefined {
  if (codes === undefined) return undefined
  if (!/^([45]|default)/.test(status))
    return `has x-codes in the response '${status}', which is no error`
  if (isListOfCodes(codes)) return undefined
  return `has x-codes in the response '${status}' that are not a list of texts`
}

function isListOfCodes(codes: unknown): codes is readonly string[] {
  return (
    Array.isArray(codes) &&
    codes.length > 0 &&
    codes.every((code) => typeof code === 'string' && code !== '')
  )
}
