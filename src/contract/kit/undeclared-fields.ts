/** Requests with fields that the contract does not declare, where their body is JSON whose schema allows them. */
import { isJson } from '../document/media-type.ts'
import type { KitOperation } from './kit-operation.ts'
import type { KitRequest } from './requests.ts'
import type { Tester } from './tester.ts'

const name = 'undeclaredField'
/** The first that the schema allows is sent. */
const candidates = ['x', 1, true, null, [], {}]

/** For each media type the request, among some, in which most objects may have such a field. */
export function withUndeclaredFields(
  operation: KitOperation,
  { requests, schemas }: Pick<Tester, 'requests' | 'schemas'>,
): KitRequest[] {
  const some = [...requests.examples(operation), ...requests.samples(operation, 10)]
  return operation.bodies
    .filter(({ mediaType }) => isJson(mediaType))
    .flatMap(({ mediaType, schema }): KitRequest[] => {
      const isValid = (body: unknown) => schemas.isValid(schema, body)
      const [most] = some
        .filter((request) => request.mediaType === mediaType)
        .map((request) => ({ request, count: added(request.values.body, isValid).count }))
        .toSorted((one, other) => other.count - one.count)
      if (!most || most.count === 0) return []
      const change: NonNullable<KitRequest['fault']>['change'] = (values) => {
        const { body, count } = added(values.body, isValid)
        return count === 0 ? undefined : { ...values, body }
      }
      return [{ ...most.request, fault: { change } }]
    })
}

/** The body with a field more in each of its objects that may have it, and their number. */
function added(body: unknown, isValid: (body: unknown) => boolean) {
  const changed: unknown = JSON.parse(JSON.stringify(body ?? null))
  const open = objectsIn(changed).filter((object) => {
    const fits = candidates.some((value) => {
      object[name] = value
      return isValid(changed)
    })
    if (!fits) delete object[name]
    return fits
  })
  return { body: changed, count: open.length }
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(objectsIn)
  return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner]
}
