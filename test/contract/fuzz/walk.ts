/**
 * A walk along the links of the contract: what an answer of 201 names is there, changes when it is changed, is protected by its
 * tag, and is gone when it was deleted.
 */
import { isDeepStrictEqual } from 'node:util'
import fc, { type Arbitrary } from 'fast-check'
import { everyAnswer, isSuccess } from './checks.ts'
import { type Link, type Operation, operationNamed, operations, type Schema } from './operations.ts'
import { faulty, holdAgainst } from './property.ts'
import { encoded, type FuzzRequest, familiarRequest, validRequest } from './requests.ts'
import type { Sent, Visitor } from './visitors.ts'

/** One step: something is created, or a link of something that was created earlier is followed. */
export type Step =
  | { readonly kind: 'create'; readonly request: FuzzRequest }
  | {
      readonly kind: 'follow'
      /** Which of the things, from the first. */
      readonly which: number
      readonly link: Link
      readonly request: FuzzRequest
      readonly condition: 'none' | 'current' | 'former' | 'any'
    }

interface Thing {
  readonly creation: Operation
  /** What it was answered as when it was created. */
  readonly created: unknown
  isThere: boolean
  /** Its tags, the current one last. */
  readonly etags: string[]
  /** What was last answered, and the schema of that. */
  body: unknown
  schema: Schema | undefined
}

/** Every operation whose answer links to others. */
export const creations: readonly Operation[] = operations.filter((each) => linksOf(each).length > 0)

/** Of anything in any order, until the first thing is deleted: then each of its links once more. */
export function walkFrom(creation: Operation): Arbitrary<Step[]> {
  const links = linksOf(creation)
  const create = familiarRequest(creation).map((request): Step => ({ kind: 'create', request }))
  const follow = fc.oneof(...links.map((link) => following(link)))
  const steps = fc.array(fc.oneof({ arbitrary: follow, weight: 5 }, create), {
    minLength: 2,
    maxLength: 10,
  })
  const isDeletion = ({ operationId }: Link) => operationNamed(operationId).method === 'DELETE'
  const end = [...links.filter(isDeletion), ...links].map((link) => following(link, fc.constant(0)))
  return fc
    .tuple(create, steps, fc.tuple(...end))
    .map(([first, others, last]) => [first, ...others, ...last])
}

/** `which` of the things that there are, from the first. */
function following(link: Link, which = fc.nat({ max: 5 })): Arbitrary<Step> {
  return fc.record({
    kind: fc.constant('follow'),
    which,
    link: fc.constant(link),
    request: validRequest(operationNamed(link.operationId)),
    condition: fc.constantFrom('none', 'current', 'former', 'any'),
  })
}

export function linksOf({ responses }: Operation): Link[] {
  // One without parameters leads to what is the caller's, whatever was created.
  const links = Object.values(responses[201]?.links ?? {})
  return links.filter(({ parameters }) => Object.keys(parameters).length > 0)
}

/** The links that were followed to something that was there, and to something that was gone. */
export interface Walked {
  readonly there: Set<string>
  readonly gone: Set<string>
}

/** Throws where an answer is not what the steps before it have led to. */
export async function walk(
  visitor: Visitor,
  steps: readonly Step[],
  { there, gone }: Walked,
): Promise<void> {
  let things: Thing[] = []
  for (const step of steps) {
    if (step.kind === 'create') {
      const thing = created(await sendAndHold(visitor, step.request))
      // An id that is free again may be taken again: the former thing cannot be asked for any more.
      if (thing) things = [...things.filter((each) => !isNamedAs(each, thing)), thing]
      continue
    }
    const thing = things[step.which % Math.max(1, things.length)]
    if (!thing) continue
    const { wasThere, succeeded } = await followed(visitor, thing, step)
    if (succeeded) there.add(step.link.operationId)
    if (!wasThere) gone.add(step.link.operationId)
  }
}

async function sendAndHold(visitor: Visitor, request: FuzzRequest): Promise<Sent> {
  const sent = await visitor.send(request)
  holdAgainst(everyAnswer, sent)
  return sent
}

function created({ request: { operation }, answer }: Sent): Thing | undefined {
  if (!isSuccess(answer.status)) return undefined
  const body: unknown = JSON.parse(answer.text)
  const schema = schemaOf(operation, answer.status)
  const etags = [answer.headers.etag ?? '']
  return { creation: operation, created: body, isThere: true, etags, body, schema }
}

async function followed(
  visitor: Visitor,
  thing: Thing,
  { link, request, condition }: Extract<Step, { kind: 'follow' }>,
): Promise<{ wasThere: boolean; succeeded: boolean }> {
  const operation = operationNamed(link.operationId)
  const sent = await sendAndHold(visitor, {
    ...request,
    path: encoded(parametersOf(link, thing.created)),
    headers: conditional(request, condition, thing),
  })
  const fault = faultOf(sent, thing, condition)
  if (fault) throw new Error(faulty([fault], sent))
  const wasThere = thing.isThere
  const succeeded = isSuccess(sent.answer.status)
  if (succeeded) remember(thing, operation, sent)
  return { wasThere, succeeded }
}

function conditional(
  { operation, headers }: FuzzRequest,
  condition: string,
  { etags }: Thing,
): Record<string, string> {
  const { 'If-Match': _, ...others } = headers
  const values: Readonly<Record<string, string>> = {
    current: etags.at(-1) ?? '',
    former: ['"never"', ...etags.slice(0, -1)].join(', '),
    any: '*',
  }
  const value = values[condition]
  const takesIt = operation.parameters.some(({ name }) => name === 'If-Match')
  return { ...others, ...(takesIt && value && { 'If-Match': value }) }
}

function faultOf(
  { answer, request: { operation, headers } }: Sent,
  thing: Thing,
  condition: string,
): string | undefined {
  const { status, text } = answer
  const made = `what ${thing.creation.operationId} made`
  if (!thing.isThere)
    return status === 404 ? undefined : `${made} is still there after it was deleted`
  if (status === 404) return `${made} is not there`
  const isFormer = condition === 'former' && headers['If-Match'] !== undefined
  if (isFormer !== (status === 412)) return `If-Match names ${condition} tags`
  const isRead = operation.method === 'GET' && schemaOf(operation, status) === thing.schema
  if (!isRead) return undefined
  if (!isDeepStrictEqual(JSON.parse(text), thing.body)) return `${made} is not what it was`
  return answer.headers.etag === thing.etags.at(-1) ? undefined : 'its ETag is not what it was'
}

function remember(thing: Thing, operation: Operation, { answer }: Sent): void {
  if (operation.method === 'DELETE') thing.isThere = false
  if (answer.text === '') return
  thing.body = JSON.parse(answer.text)
  thing.schema = schemaOf(operation, answer.status)
  const { etag } = answer.headers
  if (etag && etag !== thing.etags.at(-1)) thing.etags.push(etag)
}

function schemaOf({ responses }: Operation, status: number): Schema | undefined {
  return Object.values(responses[status]?.content ?? {})[0]?.schema
}

function isNamedAs(one: Thing, other: Thing): boolean {
  const namesOf = ({ creation, created }: Thing) =>
    linksOf(creation).map((link) => parametersOf(link, created))
  return isDeepStrictEqual(namesOf(one), namesOf(other))
}

/** `$response.body#/item_id` → what the answer has there. */
function parametersOf({ parameters }: Link, body: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, place]) => {
      const [, pointer = ''] = place.split('#/')
      return [name, String(Reflect.get(Object(body), pointer))]
    }),
  )
}
