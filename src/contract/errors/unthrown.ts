/** Finds refusals that were made and not thrown: no type of TypeScript must be used, so `refuse[404](…)` alone compiles. */
import { callPlace } from '../reply/call-place.ts'
import type { Refusal } from './refusal.ts'
import type { AnyRefuse } from './refuse.ts'

const lastMade: unique symbol = Symbol('lastMade')

/** `refuse` for one call of a handler, a check or an admission. It remembers the last refusal that it has made. */
export type CallRefuse = AnyRefuse & { [lastMade]?: Refusal }

/** Returns a function that makes `refuse` for one call. A call that makes no refusal costs one empty object: functions are inherited. */
export function refusePerCall(refuse: AnyRefuse): () => CallRefuse {
  const getters = Object.entries(refuse).map(([key, make]) => {
    // Bound to its call also when taken out of the object: `const { 404: notFound } = refuse`.
    function get(this: CallRefuse): AnyRefuse[string] {
      return (...args) => {
        const refusal = make(...args)
        this[lastMade] = refusal
        return refusal
      }
    }
    return [key, { get, enumerable: true }]
  })
  const inherited = Object.defineProperties({}, Object.fromEntries(getters))
  return () => Object.create(inherited)
}

/** The calls of `refusal.ts`, `refuse.ts` and this file in the stack, above the one of `refuse`. */
const framesAbove = 3

/** Throws an `Error` with the line of the call, if `refuse` has made a refusal for what has returned without throwing. */
export function requireThrown(what: string, { [lastMade]: refusal }: CallRefuse): void {
  if (refusal === undefined) return
  const { status, code, stack } = refusal
  const place = callPlace(stack, framesAbove)
  throw new Error(`${what} made the refusal ${status} ${code} at ${place}, and went on: throw it`)
}
