/**
 * Follows the links of the contract: a resource that a 201 links to exists, changes only when it is changed, is protected by its
 * ETag, and does not exist after it is deleted.
 */
import { isDeepStrictEqual } from 'node:util'
import fc, { type Arbitrary } from 'fast-check'
import { contract } from '../../generated/contract.ts'
import { resolve } from '../../src/contract/document/document.ts'
import type { KitOperation } from '../../src/contract/kit/kit-operation.ts'
import type { KitRequest } from '../../src/contract/kit/requests.ts'
import type { Sent, Tester } from '../../src/contract/kit/tester.ts'

/** One step: creates a resource, or follows a link of a resource. */
export type Step =
  | { readonly kind: 'create'; readonly request: KitRequest }
  | {
      readonly kind: 'follow'
      /** The index of the resource. */
      readonly which: number
      readonly link: Link
      readonly request: KitRequest
      readonly condition: 'none' | 'current' | 'former' | 'any'
    }

export interface Link {
  readonly operationId: string
  /** The parameters of the linked operation, as expressions such as `$response.body#/…`. */
  readonly parameters: Readonly<Record<string, string>>
}

interface Resource {
  readonly creation: KitOperation
  /** The body of the response that created it. */
  readonly created: unknown
  exists: boolean
  /** Its ETags, the current one last. */
  readonly etags: string[]
  /** The body of the latest response, and its schema. */
  body: unknown
  schema: unknown
}

/** The links of a resource that the operation creates. A link without parameters refers to the caller. */
export function linksOf({ path, method }: Pick<KitOperation, 'path' | 'method'>): Link[] {
  const { document } = contract
  const created = document.paths[path]?.[method]?.responses?.['201']
  const links: Readonly<Record<string, Link>> =
    Object(created && resolve<object>(document, created)).links ?? {}
  return Object.values(links)
    .map((link) => resolve<Link>(document, link))
    .filter(({ parameters = {} }) => Object.keys(parameters).length > 0)
}

/** Random steps; at the end the first resource is deleted and each of its links followed again. */
export function walkFrom(kit: Tester, creation: KitOperation): Arbitrary<Step[]> {
  const links = linksOf(creation)
  const create = requestOf(kit, creation).map((request): Step => ({ kind: 'create', request }))
  const follow = fc.oneof(...links.map((link) => following(kit, link)))
  const steps = fc.array(fc.oneof({ arbitrary: follow, weight: 5 }, create), {
    minLength: 2,
    maxLength: 10,
  })
  const isDeletion = ({ operationId }: Link) => operationNamed(kit, operationId).method === 'delete'
  const end = [...links.filter(isDeletion), ...links].map((link) =>
    following(kit, link, fc.constant(0)),
  )
  return fc
    .tuple(create, steps, fc.tuple(...end))
    .map(([first, others, last]) => [first, ...others, ...last])
}

/** `which` is the index of the resource. */
function following(kit: Tester, link: Link, which = fc.nat({ max: 5 })): Arbitrary<Step> {
  return fc.record({
    kind: fc.constant('follow'),
    which,
    link: fc.constant(link),
    request: requestOf(kit, operationNamed(kit, link.operationId)),
    condition: fc.constantFrom('none', 'current', 'former', 'any'),
  })
}

function requestOf({ requests }: Tester, operation: KitOperation): Arbitrary<KitRequest> {
  return requests.request(operation).filter((request) => requests.isValid(operation, request))
}

function operationNamed({ operations }: Tester, operationId: string): KitOperation {
  const operation = operations.find(({ id }) => id === operationId)
  if (!operation) throw new Error(`openapi.yaml has no operation ${operationId}`)
  return operation
}

/** The operations that were reached for existing and for deleted resources. */
export interface Walked {
  readonly there: Set<string>
  readonly gone: Set<string>
}

/** Throws if a response contradicts the previous steps. */
export async function walk(
  kit: Tester,
  steps: readonly Step[],
  { there, gone }: Walked,
): Promise<void> {
  let resources: Resource[] = []
  for (const step of steps) {
    if (step.kind === 'create') {
      const resource = created(await sendAndCheck(kit, step.request, {}))
      // The id of a deleted resource may be used again: the deleted resource cannot be reached any more.
      if (resource)
        resources = [...resources.filter((each) => !hasSameId(each, resource)), resource]
      continue
    }
    const resource = resources[step.which % Math.max(1, resources.length)]
    if (!resource) continue
    const { existed, succeeded } = await followed(kit, resource, step)
    if (succeeded) there.add(step.link.operationId)
    if (!existed) gone.add(step.link.operationId)
  }
}

/** Throws if the response is not one of the contract. */
async function sendAndCheck(
  kit: Tester,
  request: KitRequest,
  changes: NonNullable<Parameters<Tester['send']>[1]>['changes'] & object,
): Promise<Sent> {
  const sent = await kit.send(request, { changes })
  if (!sent) throw new Error('there is no request')
  if (sent.faults.length > 0) throw new Error(`${sent.faults.join('\n')}\n\n${sent.report}`)
  return sent
}

function created({ operation, response }: Sent): Resource | undefined {
  if (!isSuccess(response.status)) return undefined
  // A registration says once that a mail was sent: it is no part of the account.
  const { email_confirmation: _, ...body } = JSON.parse(response.text)
  const schema = schemaOf(operation, response.status)
  const etags = [response.headers.etag ?? '']
  return { creation: operation, created: body, exists: true, etags, body, schema }
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

async function followed(
  kit: Tester,
  resource: Resource,
  { link, request, condition }: Extract<Step, { kind: 'follow' }>,
): Promise<{ existed: boolean; succeeded: boolean }> {
  const operation = operationNamed(kit, link.operationId)
  const header = conditional(request, condition, resource)
  const path = parametersOf(link, resource.created)
  const sent = await sendAndCheck(kit, request, { path, header })
  const fault = faultOf(sent, resource, header['If-Match'] === undefined ? 'none' : condition)
  if (fault) throw new Error(`${fault}\n\n${sent.report}`)
  const existed = resource.exists
  const succeeded = isSuccess(sent.response.status)
  if (succeeded) remember(resource, operation, sent)
  return { existed, succeeded }
}

function conditional(
  { operation }: KitRequest,
  condition: string,
  { etags }: Resource,
): Record<string, string | undefined> {
  const values: Readonly<Record<string, string>> = {
    current: etags.at(-1) ?? '',
    former: ['"never"', ...etags.slice(0, -1)].join(', '),
    any: '*',
  }
  const takesIt = operation.parameters.some(({ name }) => name === 'If-Match')
  return { 'If-None-Match': undefined, 'If-Match': takesIt ? values[condition] : undefined }
}

function faultOf(
  { response, operation }: Sent,
  resource: Resource,
  condition: string,
): string | undefined {
  const { status, text } = response
  const made = `the resource of ${resource.creation.id}`
  if (!resource.exists)
    return status === 404 ? undefined : `${made} still exists after it was deleted`
  if (status === 404) return `${made} does not exist`
  if ((condition === 'former') !== (status === 412)) return `If-Match names ${condition} tags`
  const isRead = operation.method === 'get' && schemaOf(operation, status) === resource.schema
  if (!isRead) return undefined
  if (!isDeepStrictEqual(JSON.parse(text), resource.body)) return `${made} has changed`
  return response.headers.etag === resource.etags.at(-1) ? undefined : 'its ETag has changed'
}

function remember(resource: Resource, operation: KitOperation, { response }: Sent): void {
  if (operation.method === 'delete') resource.exists = false
  if (response.text === '') return
  resource.body = JSON.parse(response.text)
  resource.schema = schemaOf(operation, response.status)
  const { etag } = response.headers
  if (etag && etag !== resource.etags.at(-1)) resource.etags.push(etag)
}

/** The same object for the same reference. */
function schemaOf({ responses }: KitOperation, status: number): unknown {
  const schema = Object.values(responses[status]?.content ?? {})[0]
  return typeof schema === 'object' ? (schema.$ref ?? schema) : schema
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
