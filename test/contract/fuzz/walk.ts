/**
 * Follows the links of the contract: a resource that a 201 links to exists, changes only when it is changed, is protected by its
 * ETag, and does not exist after it is deleted.
 */
import { isDeepStrictEqual } from 'node:util'
import fc, { type Arbitrary } from 'fast-check'
import { everyResponse, isSuccess } from './checks.ts'
import { type Link, type Operation, operationNamed, operations, type Schema } from './operations.ts'
import { assertChecks, faultReport } from './property.ts'
import { encoded, type FuzzRequest, familiarRequest, validRequest } from './requests.ts'
import type { Sent, Visitor } from './visitors.ts'

/** One step: creates a resource, or follows a link of a resource. */
export type Step =
  | { readonly kind: 'create'; readonly request: FuzzRequest }
  | {
      readonly kind: 'follow'
      /** The index of the resource. */
      readonly which: number
      readonly link: Link
      readonly request: FuzzRequest
      readonly condition: 'none' | 'current' | 'former' | 'any'
    }

interface Resource {
  readonly creation: Operation
  /** The body of the response that created it. */
  readonly created: unknown
  exists: boolean
  /** Its ETags, the current one last. */
  readonly etags: string[]
  /** The body of the latest response, and its schema. */
  body: unknown
  schema: Schema | undefined
}

/** The operations whose responses have links. */
export const creations: readonly Operation[] = operations.filter((each) => linksOf(each).length > 0)

/** Random steps; at the end the first resource is deleted and each of its links followed again. */
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

/** `which` is the index of the resource. */
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
  // A link without parameters refers to the caller, not to the created resource.
  const links = Object.values(responses[201]?.links ?? {})
  return links.filter(({ parameters }) => Object.keys(parameters).length > 0)
}

/** The operations that were reached for existing and for deleted resources. */
export interface Walked {
  readonly there: Set<string>
  readonly gone: Set<string>
}

/** Throws if a response contradicts the previous steps. */
export async function walk(
  visitor: Visitor,
  steps: readonly Step[],
  { there, gone }: Walked,
): Promise<void> {
  let resources: Resource[] = []
  for (const step of steps) {
    if (step.kind === 'create') {
      const resource = created(await sendAndCheck(visitor, step.request))
      // The id of a deleted resource may be used again: the deleted resource cannot be reached any more.
      if (resource)
        resources = [...resources.filter((each) => !hasSameId(each, resource)), resource]
      continue
    }
    const resource = resources[step.which % Math.max(1, resources.length)]
    if (!resource) continue
    const { existed, succeeded } = await followed(visitor, resource, step)
    if (succeeded) there.add(step.link.operationId)
    if (!existed) gone.add(step.link.operationId)
  }
}

async function sendAndCheck(visitor: Visitor, request: FuzzRequest): Promise<Sent> {
  const sent = await visitor.send(request)
  assertChecks(everyResponse, sent)
  return sent
}

function created({ request: { operation }, response }: Sent): Resource | undefined {
  if (!isSuccess(response.status)) return undefined
  const body: unknown = JSON.parse(response.text)
  const schema = schemaOf(operation, response.status)
  const etags = [response.headers.etag ?? '']
  return { creation: operation, created: body, exists: true, etags, body, schema }
}

async function followed(
  visitor: Visitor,
  resource: Resource,
  { link, request, condition }: Extract<Step, { kind: 'follow' }>,
): Promise<{ existed: boolean; succeeded: boolean }> {
  const operation = operationNamed(link.operationId)
  const sent = await sendAndCheck(visitor, {
    ...request,
    path: encoded(parametersOf(link, resource.created)),
    headers: conditional(request, condition, resource),
  })
  const fault = faultOf(sent, resource, condition)
  if (fault) throw new Error(faultReport([fault], sent))
  const existed = resource.exists
  const succeeded = isSuccess(sent.response.status)
  if (succeeded) remember(resource, operation, sent)
  return { existed, succeeded }
}

function conditional(
  { operation, headers }: FuzzRequest,
  condition: string,
  { etags }: Resource,
): Record<string, string> {
  const { 'If-Match': _, 'If-None-Match': __, ...others } = headers
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
  { response, request: { operation, headers } }: Sent,
  resource: Resource,
  condition: string,
): string | undefined {
  const { status, text } = response
  const made = `the resource of ${resource.creation.operationId}`
  if (!resource.exists)
    return status === 404 ? undefined : `${made} still exists after it was deleted`
  if (status === 404) return `${made} does not exist`
  const isFormer = condition === 'former' && headers['If-Match'] !== undefined
  if (isFormer !== (status === 412)) return `If-Match names ${condition} tags`
  const isRead = operation.method === 'GET' && schemaOf(operation, status) === resource.schema
  if (!isRead) return undefined
  if (!isDeepStrictEqual(JSON.parse(text), resource.body)) return `${made} has changed`
  return response.headers.etag === resource.etags.at(-1) ? undefined : 'its ETag has changed'
}

function remember(resource: Resource, operation: Operation, { response }: Sent): void {
  if (operation.method === 'DELETE') resource.exists = false
  if (response.text === '') return
  resource.body = JSON.parse(response.text)
  resource.schema = schemaOf(operation, response.status)
  const { etag } = response.headers
  if (etag && etag !== resource.etags.at(-1)) resource.etags.push(etag)
}

function schemaOf({ responses }: Operation, status: number): Schema | undefined {
  return Object.values(responses[status]?.content ?? {})[0]?.schema
}

function hasSameId(one: Resource, other: Resource): boolean {
  const namesOf = ({ creation, created }: Resource) =>
    linksOf(creation).map((link) => parametersOf(link, created))
  return isDeepStrictEqual(namesOf(one), namesOf(other))
}

/** Resolves expressions such as `$response.body#/item_id`. */
function parametersOf({ parameters }: Link, body: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, place]) => {
      const [, pointer = ''] = place.split('#/')
      return [name, String(Reflect.get(Object(body), pointer))]
    }),
  )
}
