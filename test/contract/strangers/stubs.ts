/** Handlers for any contract: each responds with an example of the contract, or with a value of its schema. */
import type { IncomingMessage } from 'node:http'
import type { Contract } from '../../../src/contract/contract.ts'
import { parametersOf, resolve } from '../../../src/contract/document/document.ts'
import { isJson } from '../../../src/contract/document/media-type.ts'
import type {
  Document,
  Header,
  Parameter,
  RequestBody,
  Response,
} from '../../../src/contract/document/openapi.ts'
import type { Operation } from '../../../src/contract/document/operation-table.ts'
import { responseKey } from '../../../src/contract/document/response-key.ts'
import type { RequestSample } from './requests.ts'
import { NoSample, type Sampler, type Schema, sampler } from './sample.ts'

/** What `respond[key]` gets. */
export interface Answer {
  readonly key: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly mediaType?: string
  readonly body?: unknown
}

export interface Samples {
  /** The first response of success; undefined if the contract declares none. Throws a `NoSample`. */
  answer(operation: Operation): Answer | undefined
  /** The response that is declared for this status, range of statuses, or `default`. Throws a `NoSample`. */
  response(operation: Operation, key: string): Answer
  /** A request that the contract allows, with what it requires. Throws a `NoSample`. */
  request(operation: Operation): RequestSample
}

interface MediaType {
  readonly schema?: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>
}

type Content = Readonly<Record<string, MediaType>>

export function samplesOf({ document }: Pick<Contract, 'document'>): Samples {
  const { make, writable } = sampler(document)
  return { answer, response, request }

  function answer(operation: Operation): Answer | undefined {
    const key = ['2', '3', 'default']
      .map((start) => Object.keys(operation.responses).find((each) => each.startsWith(start)))
      .find((each) => each !== undefined)
    return key === undefined ? undefined : response(operation, key)
  }

  function response({ path, method }: Operation, key: string): Answer {
    const responses = document.paths[path]?.[method]?.responses ?? {}
    const { headers = {}, content = {} } = resolve<Response>(document, responses[key] ?? {})
    const required = Object.entries(headers).flatMap(([name, header]) => {
      const { required: isRequired, schema = {} } = resolve<Header>(document, header)
      return isRequired ? [[name, String(make(schema as Schema))] as const] : []
    })
    return {
      key,
      status: key === 'default' ? 200 : Number(key.replace('XX', '00')),
      headers: Object.fromEntries(required),
      ...bodyOf(document, make, content as Content),
    }
  }

  function request({ path, method }: Operation): RequestSample {
    const parameters = parametersOf(document, path, method).filter(
      (each) => each.in === 'path' || each.required,
    )
    const values = parameters.map((parameter) => parameterOf(document, make, parameter))
    const requestBody = document.paths[path]?.[method]?.requestBody
    if (!requestBody) return { values }
    const { content } = resolve<RequestBody>(document, requestBody)
    const sample = (schema: Schema, examples?: readonly unknown[]) =>
      writable(schema, make(schema, examples))
    return { values, ...bodyOf(document, sample, content as Content) }
  }
}

function parameterOf(document: Document, make: Sampler['make'], parameter: Parameter) {
  const { content = {}, ...own } = parameter as MediaType & { content?: Content }
  const [media = own] = Object.values(content)
  const value = make(media.schema ?? {}, examplesOf(document, own))
  return { parameter, value, isJson: Object.keys(content).length > 0 }
}

function bodyOf(document: Document, make: Sampler['make'], content: Content) {
  const types = Object.keys(content)
  const mediaType = types.find(isJson) ?? types[0]
  if (mediaType === undefined) return {}
  const examples = examplesOf(document, content[mediaType] ?? {})
  const concrete = mediaType.replace('*/*', 'text/plain').replace('/*', '/x')
  const isValue =
    isJson(mediaType) ||
    mediaType === eventStream ||
    /^(multipart\/|application\/x-www-form)/.test(mediaType)
  const { schema = {} } = content[mediaType] ?? {}
  if (isValue) return { mediaType, body: make(schema, examples) }
  return { mediaType: concrete, body: examples.find((each) => typeof each === 'string') ?? 'text' }
}

function examplesOf(document: Document, { example, examples = {} }: MediaType): unknown[] {
  const named = Object.values(examples).map((each) => resolve(document, each).value)
  return [example, ...named].filter((each) => each !== undefined)
}

const eventStream = 'text/event-stream'

async function* eventsOf(data: unknown) {
  yield { data }
}

type Respond = Readonly<Record<string, (init: object) => unknown>>
type Refuse = Readonly<Record<string, (code: string, message: string, init: object) => Error>>

/** A request with this header gets the declared error of its value. */
export const wantedStatus = 'x-wanted-status'

/** The handlers, by operationId. */
export function stubHandlers(contract: Contract) {
  const { answer } = samplesOf(contract)
  const handlers = Object.entries(contract.operations).map(([id, operation]) => [
    id,
    ({ http }: { http: IncomingMessage }, respond: Respond, refuse: Refuse) => {
      const { [wantedStatus]: wanted } = http.headers
      const status = Number(wanted)
      const errorKey = wanted === undefined ? undefined : responseKey(operation.responses, status)
      if (errorKey !== undefined)
        throw refuse[errorKey]?.(operation.codes?.[errorKey]?.[0] ?? 'error', 'As wanted', {
          ...(!/^\d+$/.test(errorKey) && { status }),
        })
      const { key = '', body, ...init }: Partial<Answer> = answer(operation) ?? {}
      const sent = init.mediaType === eventStream ? eventsOf(body) : body
      return respond[key]?.({
        ...init,
        body: sent,
        ...(/^\d+$/.test(key) && { status: undefined }),
      })
    },
  ])
  return Object.fromEntries(handlers)
}

/** The same handlers as a TypeScript module beside `contract.ts`. One without an answer throws. */
export function stubModule(contract: Contract, answer = samplesOf(contract).answer): string {
  const entries = Object.entries(contract.operations).map(
    ([id, operation]) => `  ${JSON.stringify(id)}: ${stubOf(operation, answer)},\n`,
  )
  return `import type { Handlers } from './contract.ts'\n\nexport const handlers: Handlers = {\n${entries.join('')}}\n`
}

function stubOf(operation: Operation, answer: Samples['answer']): string {
  const reply = attempt(() => answer(operation))
  if (!reply) return '() => { throw new Error() }'
  const { key, status, headers, mediaType, body } = reply
  const types = operation.responses[key] ?? []
  const init = {
    headers,
    ...(!/^\d+$/.test(key) && { status }),
    ...((types.length > 1 || types.some((type) => type.includes('*'))) && { mediaType }),
    ...(mediaType !== undefined && { body }),
  }
  const text = JSON.stringify(init)
  const events = `(async function* () { yield { data: ${JSON.stringify(body)} } })()`
  const given =
    mediaType === eventStream
      ? `{ ...${JSON.stringify({ ...init, body: undefined })}, body: ${events} }`
      : text
  return `(_request, respond) => respond[${JSON.stringify(key)}](${given})`
}

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof NoSample) return undefined
    throw error
  }
}
