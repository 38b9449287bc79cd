/** The operations of openapi.yaml, read independently of the code that serves them. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface ContractOperation {
  readonly operationId: string
  /** In upper case. */
  readonly method: string
  readonly path: string
  /** A path that matches the template. */
  readonly somePath: string
  /** The required scopes. Empty for a public operation. */
  readonly scopes: readonly string[]
  /** Whether its errors are OAuth errors rather than Problems. */
  readonly oauthErrors: boolean
  /** The names of the headers of each response, by status. */
  readonly responses: Readonly<Record<string, readonly string[]>>
  /** The body of its first example, as a form. */
  readonly form: URLSearchParams | undefined
  /** The body of its first example, if it is JSON. */
  readonly json: object | undefined
}

const document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'))
const methods = ['get', 'put', 'post', 'patch', 'delete']

export const contractOperations: readonly ContractOperation[] = Object.keys(document.paths).flatMap(
  (path) =>
    methods
      .filter((method) => method in document.paths[path])
      .map((method) => operationAt(path, method)),
)

export const securedOperations = contractOperations.filter(({ scopes }) => scopes.length > 0)

/** The scopes that the contract declares. */
export const declaredScopes: readonly string[] = Object.keys(
  document.components.securitySchemes.OAuth2.flows.password.scopes,
)

/** The methods of a path, in upper case. */
export function methodsAt(path: string): string[] {
  return contractOperations
    .filter((operation) => operation.path === path)
    .map(({ method }) => method)
}

function operationAt(path: string, method: string): ContractOperation {
  const { operationId, security, requestBody, responses } = document.paths[path][method]
  const [scheme] = security
  return {
    operationId,
    method: method.toUpperCase(),
    path,
    somePath: path.replace(/\{[^}]+\}/g, 'some'),
    scopes: scheme?.OAuth2 ?? [],
    oauthErrors: 'application/json' in resolved(responses['500']).content,
    responses: Object.fromEntries(
      Object.entries<object>(responses).map(([status, response]) => [
        status,
        Object.keys(resolved(response).headers ?? {}),
      ]),
    ),
    form: requestBody && formOf(requestBody),
    json: requestBody && exampleOf(requestBody, 'application/json'),
  }
}

function formOf(requestBody: object): URLSearchParams | undefined {
  const example = exampleOf(requestBody, 'application/x-www-form-urlencoded')
  return example && new URLSearchParams({ ...example })
}

function exampleOf(requestBody: object, mediaType: string): object | undefined {
  const [example] = Object.values<object>(resolved(requestBody).content[mediaType]?.examples ?? {})
  return example && resolved(example).value
}

// biome-ignore lint/suspicious/noExplicitAny: a node of a YAML document
function resolved(node: any): any {
  if (!('$ref' in node)) return node
  const names: string[] = node.$ref.slice(2).split('/')
  return resolved(names.reduce((parent, name) => parent[name], document))
}
