/** The tests of a path: what its undeclared methods and OPTIONS get. */
import { METHODS } from 'node:http'
import { describe, it } from 'vitest'
import type { KitOperation } from './kit-operation.ts'
import { type Plan, timeoutOf } from './operation-tests.ts'
import type { Tester } from './tester.ts'
import { report, unprovoked } from './verdicts.ts'

/** `here` are the operations of one path. */
export function pathTests<Caller>(
  here: readonly KitOperation[],
  { kit, runs }: Pick<Plan<Caller>, 'kit' | 'runs'>,
): void {
  const declared = here.map(({ method }) => method.toUpperCase())
  const readers = declared.includes('GET') ? ['HEAD'] : []
  const allowed = [...declared, ...readers, 'OPTIONS'].toSorted()
  const [operation] = here
  if (!operation) return
  const { path } = operation

  describe(path, { timeout: timeoutOf(runs) }, () => {
    it('405: refuses the methods that it does not have, and names its own in Allow', async (context) => {
      const methods = otherMethods([...declared, ...methodsOfTwins(path, kit)], kit.watch.isHere())
      for (const method of methods) {
        const sent = await kit.sendExample(operation, { method })
        const { status, headers } = sent.response
        if (status === 404 && !kit.isStrict)
          return unprovoked(`${method} is answered with 404`, kit, context)
        const named = (headers.allow ?? '').split(/ *, */).toSorted()
        const missing = declared.filter((each) => !named.includes(each))
        const isExact = !kit.watch.isHere() || named.join() === allowed.join()
        report(sent, [
          ...(status === 405
            ? []
            : [`${method} is not declared, and is answered with ${status} and not 405`]),
          ...(headers.allow === undefined ? ['the header allow is missing'] : []),
          ...(headers.allow !== undefined && (missing.length > 0 || !isExact)
            ? [`allow is ${headers.allow} and not ${allowed.join(', ')}`]
            : []),
        ])
      }
    })
  })
}

function otherMethods(declared: readonly string[], isHere: boolean): string[] {
  const candidates = isHere ? METHODS : ['GET', 'PUT', 'POST', 'PATCH', 'DELETE']
  return candidates.filter(
    (method) => !['CONNECT', 'HEAD', 'OPTIONS', ...declared].includes(method),
  )
}

/** The methods of other paths that a router may take this path for, such as `/{id}` for `/newest`. */
function methodsOfTwins<Caller>(path: string, { operations, watch }: Tester<Caller>): string[] {
  if (watch.isHere()) return []
  const segments = path.split('/')
  return operations
    .filter((each) => {
      const others = each.path.split('/')
      return (
        others.length === segments.length &&
        segments.every(
          (segment, at) =>
            [segment, others[at]].some((one) => one?.includes('{')) || segment === others[at],
        )
      )
    })
    .map(({ method }) => method.toUpperCase())
}
