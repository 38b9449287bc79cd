/** How a test of the kit ends: with its faults, as failed or listed because nothing provokes it, or without credentials. */
import type { TestContext } from 'vitest'
import type { KitOperation } from './kit-operation.ts'
import { failure } from './property.ts'
import type { Sent, Tester } from './tester.ts'

/** Throws if there are faults, those of the response or others. */
export function report(sent: Sent, others: readonly string[] = []): void {
  const faults = [...new Set([...sent.faults, ...others])]
  if (faults.length > 0) throw failure(`${faults.join('\n')}\n\n${sent.report}`)
}

type Listing = Pick<Tester, 'isStrict' | 'unprovoked'>

/** What could not be provoked fails, or is listed. */
export function unprovoked(how: string, kit: Listing, context: TestContext): void {
  if (kit.isStrict) throw failure(how)
  list(how, kit, context)
}

/** Skips the test: the list at the end says why. */
export function list(how: string, kit: Listing, context: TestContext): void {
  kit.unprovoked.add(how, context.task.suite?.name ?? '')
  context.skip()
}

export function requireCredentials<Caller>(
  operation: KitOperation,
  kit: Tester<Caller>,
  context: TestContext,
): void {
  if (kit.usable(operation).length > 0) return
  unprovoked(howToGive(schemesOf(operation)), kit, context)
}

export function howToGive(schemes: readonly string[]): string {
  return `give \`credentials: { ${schemes.map((scheme) => `${scheme}: (scopes) => …`).join(', ')} }\``
}

export function schemesOf({ security }: KitOperation): string[] {
  return [...new Set(security.flatMap(Object.keys))]
}
