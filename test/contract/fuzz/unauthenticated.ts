/** Generates valid requests whose token is missing, invented, altered or revoked. */
import fc, { type Arbitrary } from 'fast-check'
import type { Operation } from './operations.ts'
import { type FuzzRequest, familiarRequest } from './requests.ts'

export function unauthenticatedRequest(operation: Operation): Arbitrary<FuzzRequest> {
  const made = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,300}={0,2}$/).map((text) => `Bearer ${text}`)
  const authorization = fc.oneof(
    made,
    fc.constantFrom(
      undefined,
      '',
      'Bearer known-tampered-token',
      'Bearer known-ended-token',
      'Bearer known-refresh-token',
      'Basic known-basic',
      'Token known-access-token',
    ),
  )
  return fc.tuple(familiarRequest(operation), authorization).map(([request, value]) => {
    const { authorization: _, ...others } = request.headers
    return {
      ...request,
      headers: { ...others, ...(value !== undefined && { authorization: value }) },
    }
  })
}
