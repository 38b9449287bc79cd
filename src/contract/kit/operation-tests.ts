/** The tests of one operation: what each of its requests must get. */
import fc from 'fast-check'
import { beforeEach, describe, it, type TestContext } from 'vitest'
import { isJson } from '../document/media-type.ts'
import { howToProvoke, howToSucceed } from './advice.ts'
import type { KitOperation } from './kit-operation.ts'
import type { Case, RequestValues } from './options.ts'
import { checkProperty, failure } from './property.ts'
import { provokedTests } from './provoked-tests.ts'
import type { KitRequest } from './requests.ts'
import { securityTests } from './security-tests.ts'
import type { Sent, Tester } from './tester.ts'
import { withUndeclaredFields } from './undeclared-fields.ts'
import { list, report, requireCredentials, unprovoked } from './verdicts.ts'
import { wrongBodies } from './wrong-bodies.ts'
import { wrongParameters } from './wrong-parameters.ts'
import type { WrongPart } from './wrong-part.ts'

export interface Plan<Caller> {
  readonly kit: Tester<Caller>
  readonly runs: number
  readonly seed: number
  readonly examples: readonly Partial<RequestValues>[]
  readonly cases: Readonly<Record<string, Case<Caller>>>
  readonly mayRefuse: readonly number[]
  readonly elsewhere: readonly string[]
  /** Whether `make` has the operation. */
  readonly isMade: boolean
}

/** How often the valid requests of an operation got each status. */
type Answers = Map<number, number>

/** In milliseconds. Long enough for a slow machine. */
export const timeoutOf = (runs: number): number => 60_000 + runs * 2_000

export function operationTests<Caller>(operation: KitOperation, plan: Plan<Caller>): void {
  const { kit, runs } = plan
  const timeout = timeoutOf(runs)
  const answers: Answers = new Map()
  const wrongParts = [wrongParameters, wrongBodies].flatMap((parts) =>
    parts(operation, kit.schemas, kit.wrong),
  )
  describe(`${operation.id}: ${operation.method.toUpperCase()} ${operation.path}`, {
    timeout,
  }, () => {
    beforeEach(({ task }) => kit.found.begin(task.id))
    it('answers requests that the contract allows with declared responses', (context) =>
      allowedRequests(operation, plan, answers, context))
    if (operation.bodies.some(({ mediaType }) => isJson(mediaType)))
      it('answers a body with undeclared fields, where its schema allows them, without them', (context) =>
        openBodies(operation, plan, context))
    securityTests(operation, plan)
    for (const part of wrongParts)
      it(`refuses ${part.title}`, (context) => refusedRequests(operation, part, plan, context))
    it('500: answers a failure inside as declared, without its text', (context) =>
      brokenInside(operation, plan, context))
    provokedTests(operation, plan)
    for (const [status, provoke] of Object.entries(plan.cases))
      it(`${status}: is provoked by its case`, () =>
        caseTest(operation, Number(status), provoke, kit))
    it('declares every status that it returned', (context) =>
      undeclaredTest(operation, plan, context))
    it('returned every response that it declares', (context) =>
      coverageTest(operation, plan, answers, context))
  })
}

// ── Requests that the contract allows ────────────────────────────────────────────────────────────────────────────────

async function allowedRequests<Caller>(
  operation: KitOperation,
  plan: Plan<Caller>,
  statuses: Answers,
  context: TestContext,
): Promise<void> {
  const { kit, runs: numRuns, seed } = plan
  requireCredentials(operation, kit, context)
  const examples = [...kit.requests.examples(operation), ...examplesIn(operation, plan)]
  await checkProperty(
    kit.requests.request(operation),
    async (request) => {
      fc.pre(kit.requests.isValid(operation, request))
      const sent = await kit.send(request)
      if (!sent) return
      const { status } = sent.response
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      report(sent, refusedFaults(operation, sent, plan.mayRefuse))
    },
    { numRuns, seed, examples },
  )
  if ([...statuses.keys()].some((status) => status < 400)) return
  const seen = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')
  const how =
    statuses.size === 0
      ? 'no valid request could be made from its schemas: give `examples`'
      : `no request succeeded (${seen}): ${howToSucceed(operation, statuses.keys(), plan)}`
  unprovoked(how, kit, context)
}

function examplesIn<Caller>(
  operation: KitOperation,
  { examples, kit }: Plan<Caller>,
): KitRequest[] {
  const [first] = kit.requests.examples(operation)
  if (!first) return []
  return examples.map((each) => ({
    ...first,
    values: {
      path: { ...first.values.path, ...each.path },
      query: { ...each.query },
      header: { ...first.values.header, ...each.header },
      cookie: { ...first.values.cookie, ...each.cookie },
      body: each.body ?? first.values.body,
    },
  }))
}

/** Reasons that a schema cannot express: permissions, things that do not exist, conflicts, budgets. */
const ofState = [403, 404, 409, 410, 412, 423, 428, 429]

function refusedFaults(
  { responses }: KitOperation,
  { response: { status } }: Sent,
  mayRefuse: readonly number[],
): string[] {
  // Where 400 is declared as well, 422 is about the meaning of a request.
  const isMeaning = status === 422 && '400' in responses
  if (status < 400 || isMeaning || [...ofState, ...mayRefuse].includes(status)) return []
  return [`a request that the contract allows is refused with ${status}`]
}

/** A handler that puts such a body into its reply sends what the contract does not declare. */
async function openBodies<Caller>(
  operation: KitOperation,
  { kit, mayRefuse }: Plan<Caller>,
  context: TestContext,
): Promise<void> {
  requireCredentials(operation, kit, context)
  for (const request of withUndeclaredFields(operation, kit)) {
    const sent = await kit.send(request)
    if (sent) report(sent, refusedFaults(operation, sent, mayRefuse))
  }
}

// ── Requests that it does not allow ──────────────────────────────────────────────────────────────────────────────────

/** Statuses that tell of a fault in the request itself. */
const forFaults = [400, 406, 411, 413, 414, 415, 422, 431]

async function refusedRequests<Caller>(
  operation: KitOperation,
  part: WrongPart,
  plan: Plan<Caller>,
  context: TestContext,
): Promise<void> {
  const { kit, runs, seed } = plan
  requireCredentials(operation, kit, context)
  const hidden = new Set<number>()
  const tolerated = new Set<number>()
  let refused = 0
  for (const [kind, faults] of Object.entries(part.faults)) {
    const requests = fc.tuple(kit.requests.request(operation), faults).map(([request, fault]) => ({
      ...request,
      ...(part.mediaType && { mediaType: part.mediaType }),
      fault,
    }))
    await checkProperty(
      requests.filter((request) => hasBodyIfNeeded(request, part)),
      async (request) => {
        fc.pre(kit.requests.isValid(operation, request))
        const sent = await kit.send(request)
        fc.pre(sent !== undefined)
        if (!sent) return
        const { status } = sent.response
        const isRefused = forFaults.includes(status) || (status === 404 && part.isPath)
        if (isRefused) refused++
        else if ([401, 403, 404, 405, 409, 412, 428, 429].includes(status)) hidden.add(status)
        else if (status < 400 && part.isTolerable && !kit.watch.isHere()) tolerated.add(status)
        else
          report(sent, [
            `the server ${status < 400 ? 'accepts' : 'does not refuse'} ${part.title}: the status is ${status}`,
          ])
        report(sent)
      },
      { kind, numRuns: Math.max(1, Math.ceil(runs / 10)), seed },
    )
  }
  if (tolerated.size > 0) unprovoked(`the server accepts ${part.title}`, kit, context)
  if (refused > 0 || hidden.size === 0) return
  unprovoked(
    `the status is ${[...hidden].join(', ')} for every such request, which may hide the fault: ${howToSucceed(operation, hidden, plan)}`,
    kit,
    context,
  )
}

/** An optional body that is absent has no faults. */
function hasBodyIfNeeded({ values, fault }: KitRequest, { mediaType }: WrongPart): boolean {
  return mediaType === undefined || values.body !== undefined || fault === undefined
}

// ── Failures inside ──────────────────────────────────────────────────────────────────────────────────────────────────

async function brokenInside<Caller>(
  operation: KitOperation,
  { kit }: Plan<Caller>,
  context: TestContext,
): Promise<void> {
  if (!kit.watch.isHere())
    return list('only a server in this process can be made to fail inside', kit, context)
  requireCredentials(operation, kit, context)
  const broken = new Error('SELECT secret FROM places: broken by the contract tests')
  const sent = await kit.sendExample(operation, { broken })
  const { response } = sent
  const text = `${JSON.stringify(response.headers)} ${response.text}`
  const leaked = /broken by|SELECT secret|node_modules|\.[jt]s:\d/.exec(text)
  report(sent, [
    ...(response.status === 500
      ? []
      : [`a handler that throws is answered with ${response.status}`]),
    ...(leaked ? [`the response tells of the failure: ${leaked[0]}`] : []),
  ])
}

// ── Responses that were declared ─────────────────────────────────────────────────────────────────────────────────────

async function caseTest<Caller>(
  operation: KitOperation,
  status: number,
  provoke: Case<Caller>,
  kit: Tester<Caller>,
): Promise<void> {
  const all: Sent[] = []
  const ask = kit.ask(operation, (sent) => all.push(sent))
  await provoke(ask, await kit.caller(), operation.id)
  const statuses = all.map(({ response }) => response.status)
  if (statuses.includes(status)) return
  const got = statuses.join(', ') || 'no response: it did not call `ask`'
  const reports = all.map(({ report: each }) => each).slice(-3)
  throw failure(
    [`the case of ${operation.id} got ${got} and not ${status}`, ...reports].join('\n\n'),
  )
}

function coverageTest<Caller>(
  operation: KitOperation,
  plan: Plan<Caller>,
  answers: Answers,
  context: TestContext,
): void {
  const { kit, elsewhere } = plan
  const asked = kit.seen.unseen(operation).filter(({ status }) => !elsewhere.includes(status))
  const defects = kit.watch.defects.filter((each) => each.startsWith(`${operation.id}: `))
  const unseen = asked.map((each) => {
    const { status, isWhole, parts } = each
    const what = isWhole ? 'was never returned' : `was never returned with ${parts.join(', ')}`
    const how = howToProvoke(operation, each, answers.keys(), plan)
    return `${status} ${what}: ${defects.length > 0 ? 'mend the failure of the server first' : how}`
  })
  const failed = [...new Set(defects)].map((each) => `500: the server failed: ${each}`)
  if (unseen.length > 0) unprovoked([...failed, ...unseen].join('\n'), kit, context)
}

/** What the contract layer refuses by itself need not be declared. */
function undeclaredTest<Caller>(
  operation: KitOperation,
  { kit }: Plan<Caller>,
  context: TestContext,
): void {
  const all = [...kit.found.undeclared(operation)]
  const own = all.filter(([, { isOfLayer }]) => !isOfLayer)
  const ofLayer = all.filter(([, { isOfLayer }]) => isOfLayer).map(([status]) => status)
  if (own.length > 0)
    throw failure(
      own
        .map(([status, each]) => `the status ${status} is not declared\n\n${each.report}`)
        .join('\n\n'),
    )
  if (ofLayer.length > 0)
    context.skip(
      `not declared, returned by the contract layer${kit.watch.isHere() ? '' : ' or the like'}: ${ofLayer.join(', ')}`,
    )
}
