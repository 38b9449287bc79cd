/** Sends requests to the server as a caller with credentials, and checks every response. */
import { setImmediate } from 'node:timers/promises'
import { type Contract, scopesOf } from '../contract.ts'
import { responseKey } from '../document/response-key.ts'
import type { ContractTypes } from '../handler.ts'
import { rawUses } from '../reply/raw-reply.ts'
import { byScheme, placed, type SchemeCredentials } from './credentials.ts'
import { readFiles } from './form-body.ts'
import { type Found, found } from './found.ts'
import { type KitOperation, kitOperations } from './kit-operation.ts'
import { servedUrl } from './known-paths.ts'
import type {
  Ask,
  AskedResponse,
  ContractTestOptions,
  Credentials,
  Make,
  RequestValues,
} from './options.ts'
import { failure } from './property.ts'
import { type KitRequest, type RequestMaker, requestMaker, withValues } from './requests.ts'
import { type ResponseCheck, responseCheck } from './response-check.ts'
import { type Schemas, schemasOf } from './schemas.ts'
import { type Seen, seenResponses } from './seen.ts'
import { curlLine, send, type Wire } from './send.ts'
import { streamTimes } from './stream-items.ts'
import { isForeign, startTarget, type Target } from './target.ts'
import { type UnprovokedList, unprovokedList } from './unprovoked.ts'
import { valueMaker } from './values.ts'
import { report } from './verdicts.ts'
import { described, type Watch, watch } from './watch.ts'
import { padded, wireOf, withCredentials } from './wire.ts'
import { type WrongValues, wrongValues } from './wrong-values.ts'

type Requirement = KitOperation['security'][number]

/** Replaces the valid credentials of a request. */
export type CredentialsOf = (
  requirement: Requirement,
) => Promise<SchemeCredentials> | SchemeCredentials

export interface Sent {
  readonly operation: KitOperation
  readonly response: AskedResponse
  /** What differs from the contract. */
  readonly faults: readonly string[]
  /** The request as a curl command, the response, and the cause of a 500. */
  readonly report: string
}

export interface SendOptions {
  readonly credentials?: CredentialsOf
  /** By default the alternative that the request selects. */
  readonly requirement?: Requirement | undefined
  readonly broken?: Error
  readonly changes?: Partial<RequestValues>
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  /** Keeps the path as made from the schemas, which names nothing that exists. */
  readonly keepsPath?: boolean
  /** The bytes of white space, or of empty fields, that the body gets. */
  readonly padding?: number
}

export interface Tester<Caller = unknown> {
  readonly operations: readonly KitOperation[]
  readonly schemas: Schemas
  readonly requests: RequestMaker
  readonly wrong: WrongValues
  readonly seen: Seen
  readonly watch: Watch
  readonly check: ResponseCheck
  readonly found: Found
  /** Starts the server, and looks where it serves the contract. */
  start(): Promise<void>
  /** Why no request is sent: the server does not know the paths of the contract. */
  whyLost(): string | undefined
  stop(): Promise<void>
  /** Undefined if the fault of the request is none after `make`. */
  send(request: KitRequest, options?: SendOptions): Promise<Sent | undefined>
  /** Sends the first example of an operation. */
  sendExample(operation: KitOperation, options?: SendOptions): Promise<Sent>
  /** The alternatives for which there are credentials. */
  usable(operation: KitOperation): readonly Requirement[]
  validCredentials(requirement: Requirement): Promise<SchemeCredentials>
  /** The further credentials of a scheme that must be refused. */
  wrongCredentials(scheme: string): readonly (() => Promise<Credentials>)[]
  /** Where and under which names the credentials are sent. */
  placesOf(given: SchemeCredentials): readonly string[]
  /** The requirement with as many scopes as possible without this one, so that no alternative is met. */
  without(requirement: Requirement, scope: string, operation: KitOperation): Requirement
  /** `onSent` is called for each request, also for one whose response is wrong. */
  ask(operation: KitOperation, onSent: (sent: Sent) => void): Ask
  caller(): Promise<Caller>
  /** The next request is one of a new caller. */
  renewCaller(): void
  readonly isStrict: boolean
  readonly unprovoked: UnprovokedList
}

export function tester<C extends ContractTypes, Caller>(
  contract: Contract<C>,
  options: ContractTestOptions<C, Caller>,
): Tester<Caller> {
  const { server, credentials = {}, seed = 1 } = options
  const operations = kitOperations(contract)
  const schemas = schemasOf(contract.document)
  const values = valueMaker(schemas)
  const requests = requestMaker(schemas, values, seed)
  const seen = seenResponses()
  const check = responseCheck(schemas, options.headers)
  const watching = watch(contract, new Map(operations.map((each) => [each.id, each])), seen)
  const all = found()
  const make: Readonly<Record<string, Make<Caller> | undefined>> = { ...options.make }
  const untested: readonly string[] = options.untested ?? []
  const streams = streamTimes()
  let target: Target | undefined
  let url: URL | undefined
  let calling: Promise<Caller> | undefined

  return {
    operations,
    schemas,
    requests,
    wrong: wrongValues(schemas, values),
    seen,
    watch: watching,
    check,
    found: all,
    unprovoked: unprovokedList(),
    isStrict: (options.unprovoked ?? (isForeign(server) ? 'list' : 'fail')) === 'fail',
    start: async () => {
      target = await startTarget(server, contract.basePaths)
      const probed = operations.filter(({ id }) => !untested.includes(id))
      url = await servedUrl(target.urls, { operations: probed, requests, watch: watching, check })
    },
    stop: async () => {
      watching.end()
      await target?.stop()
    },
    whyLost,
    send: sendRequest,
    sendExample,
    usable,
    validCredentials,
    wrongCredentials: (scheme) =>
      (options.wrongCredentials?.[scheme] ?? []).map((each) => async () => each(await caller())),
    placesOf: (given) =>
      placed(contract.document, given).map(({ place, name }) => `${place} ${name.toLowerCase()}`),
    without,
    ask,
    caller,
    renewCaller,
  }

  function usable({ security }: KitOperation): readonly Requirement[] {
    if (security.length === 0) return [{}]
    return security.filter((schemes) =>
      Object.keys(schemes).every((scheme) => scheme in credentials),
    )
  }

  /** The caller of this type is what the option returns; without it there is none. */
  async function caller(): Promise<Caller> {
    calling ??= Promise.resolve(options.caller?.() as Caller)
    return calling
  }

  function renewCaller(): void {
    calling = undefined
  }

  async function sendRequest(
    request: KitRequest,
    how: SendOptions = {},
  ): Promise<Sent | undefined> {
    const { operation, fault } = request
    const usual = usable(operation)
    const requirement =
      how.requirement ?? usual[request.alternative % Math.max(1, usual.length)] ?? {}
    const schemes = Object.keys(requirement)
    const changes = await make[operation.id]?.(await caller(), { ...request.values, schemes })
    const made = withValues(request.values, {
      ...changes,
      ...(how.keepsPath && { path: request.values.path }),
    })
    const values = fault?.change ? fault.change(made) : made
    if (!values) return undefined
    const given = await (how.credentials ?? validCredentials)(requirement)
    const watched = watching.headersFor(how.broken)
    const changed = how.changes ? withValues(values, how.changes) : values
    const body = await readFiles(changed.body)
    const plain = padded(wireOf(request, { ...changed, body }), how.padding)
    const wire = withCredentials(fault?.rewrite?.(plain) ?? plain, placed(contract.document, given))
    const { method = wire.method, headers = {} } = how
    return received(
      operation,
      { ...wire, method, headers: { ...wire.headers, ...headers } },
      watched,
    )
  }

  async function sendExample(operation: KitOperation, how?: SendOptions): Promise<Sent> {
    const [request] = requests.examples(operation)
    const sent = request && (await sendRequest(request, how))
    if (!sent) throw failure(`${operation.id} has no valid request`)
    return sent
  }

  async function received(
    operation: KitOperation,
    wire: Wire,
    watched: Readonly<Record<string, string>>,
  ): Promise<Sent> {
    if (!url) throw failure('the server does not know the paths of the contract')
    const before = rawCount(operation)
    const sent = { ...wire, headers: { ...wire.headers, ...watched } }
    const response = await send(url, sent, streams.msFor(operation.id))
    streams.add(operation.id, response.headers['content-type'])
    // It is recorded when the response has been sent.
    await setImmediate()
    const isRaw = rawCount(operation) > before
    const { status, headers } = response
    const isOwnMethod = wire.method.toLowerCase() === operation.method
    if (isOwnMethod)
      seen.add(operation, {
        status,
        mediaType: headers['content-type'],
        headers: Object.keys(headers),
      })
    if (status < 300 && operation.method !== 'get') renewCaller()
    const { isHandled, cause } = watching.happened(watched)
    const why = cause === undefined ? '' : `\n\nThe server failed: ${described(cause)}`
    const report = `${curlLine(url, wire)}\n\n${status} ${response.text.slice(0, 1000)}${why}`
    const isDeclared = responseKey(operation.responses, status) !== undefined
    // A 500 is the layer's, too: why a handler failed is reported by itself.
    // Of a server elsewhere, only the status tells.
    const isOfLayer = watching.isHere() ? !isHandled || status === 500 : ofLayer.includes(status)
    // The layer's 404 is that of another path.
    if (isOwnMethod && !isDeclared && !isRaw && !(isOfLayer && status === 404))
      all.addUndeclared(operation, status, { report, isOfLayer })
    const faults = isOwnMethod && isDeclared && !isRaw ? check.faultsOf(operation, response) : []
    const first = all.firstOf(operation, status, faults)
    const named = status < 400 ? first : first.map((fault) => `${status}: ${fault}`)
    return { operation, response, faults: named, report }
  }

  /** The responses that went around the contract, which are listed and not checked. */
  function rawCount({ id }: KitOperation): number {
    const uses = rawUses(contract).filter(({ operationId }) => operationId === id)
    return uses.reduce((sum, { count }) => sum + count, 0)
  }

  function whyLost(): string | undefined {
    if (!target) return 'the server has not been started'
    if (url) return undefined
    const asked = target.urls.map(({ href }) => href.replace(/\/$/, '')).join(' and ')
    return `the server knows no path of the contract below ${asked}: mount it there (\`app.use(contract.basePaths, serve(contract, …))\`), or give \`server\` the URL with the path below which it is`
  }

  function without(
    requirement: Requirement,
    scope: string,
    { security }: KitOperation,
  ): Requirement {
    const required = security.flatMap((schemes) => Object.values(schemes).flat())
    return Object.fromEntries(
      Object.entries(requirement).map(([scheme, scopes]) => {
        const others = scopesOf(contract.document, scheme).filter(
          (each) => !required.includes(each),
        )
        return [scheme, [...others, ...scopes.filter((each) => each !== scope)]]
      }),
    )
  }

  async function validCredentials(requirement: Requirement): Promise<SchemeCredentials> {
    const given = Object.entries(requirement).map(
      async ([scheme, scopes]) =>
        [scheme, (await credentials[scheme]?.(scopes, await caller())) ?? {}] as const,
    )
    return Object.fromEntries(await Promise.all(given))
  }

  function ask(operation: KitOperation, onSent: (sent: Sent) => void): Ask {
    return async (changes = {}) => {
      const { credentials: own } = changes
      const given = (requirement: Requirement) =>
        byScheme(contract.document, requirement, own ?? {})
      const how = own === undefined ? {} : { credentials: given }
      const sent = await sendExample(operation, { ...how, changes })
      onSent(sent)
      report(sent)
      return sent.response
    }
  }
}

/** What the contract layer returns by itself, whether it is declared or not. */
const ofLayer = [400, 401, 403, 405, 413, 415]
