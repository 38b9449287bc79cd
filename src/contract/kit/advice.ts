/** What a test advises: it says what is known, and nothing that was done already. */
import { responseKey, statusOf } from '../document/response-key.ts'
import type { KitOperation } from './kit-operation.ts'
import type { Plan } from './operation-tests.ts'
import type { Unseen } from './seen.ts'
import { howToGive, schemesOf } from './verdicts.ts'

/** What makes requests succeed. `statuses` are those that they got. */
export function howToSucceed<Caller>(
  operation: KitOperation,
  statuses: Iterable<number>,
  { isMade }: Plan<Caller>,
): string {
  const make = `\`make: { ${operation.id}: … }\``
  if (areStrangers(operation, statuses)) return howToEnter(operation)
  if (isMade) return `the values that ${make} gives must exist on the server`
  return `give ${make} the values that exist on the server`
}

/** What provokes a declared response that was not seen. `statuses` are those of the requests that could get it. */
export function howToProvoke<Caller>(
  operation: KitOperation,
  { status, isWhole }: Omit<Unseen, 'parts'>,
  statuses: Iterable<number>,
  plan: Plan<Caller>,
): string {
  const { id, responses } = operation
  const provoked = Object.keys(plan.cases).map((each) => responseKey(responses, Number(each)))
  if (provoked.includes(status)) return 'its case did not provoke it'
  if (plan.kit.usable(operation).length === 0) return howToGive(schemesOf(operation))
  if (areStrangers(operation, statuses)) return howToEnter(operation)
  if (/^2/.test(status) && isWhole) return howToSucceed(operation, statuses, plan)
  const key = statusOf(responses, status)
  return `add \`cases: { ${id}: { ${key}: async (ask) => … } }\`, or remove it from the contract`
}

/** Whether valid credentials were refused with each request. */
function areStrangers(operation: KitOperation, statuses: Iterable<number>): boolean {
  const all = [...statuses]
  return schemesOf(operation).length > 0 && all.length > 0 && all.every((each) => each === 401)
}

function howToEnter(operation: KitOperation): string {
  return `the server refuses the \`credentials\` of ${schemesOf(operation).join(' and ')}`
}
