/** Finds operations of a contract that contradict themselves, name what is not declared, or need what this layer does not support. */

import { basePathsOf } from '../document/base-paths.ts'
import type { ContractFault } from '../document/contract-fault.ts'
import { ContractError, resolve } from '../document/document.ts'
import { escapePointer } from '../document/document-parts.ts'
import type { Document, OperationObject, Response } from '../document/openapi.ts'
import { type Declared, declaredOperations } from '../document/operation-names.ts'
import { ownValue } from '../document/own-value.ts'
import { codesFault } from '../document/response-codes.ts'
import { responseKeyPattern } from '../document/response-key.ts'
import { bodyFaults, rangeFault } from './check-bodies.ts'
import { parameterFaults } from './check-parameters.ts'

export function operationFaults(document: Document): ContractFault[] {
  const all = declaredOperations(document)
  return [
    ...idFaults(all),
    ...securityFaults(document, document.security, '', 'the contract'),
    ...all.flatMap((declared) => [
      ...securityFaults(document, declared.operation.security, declared.pointer, declared.id),
      ...resolvable(() => parameterFaults(document, declared)),
      ...resolvable(() => bodyFaults(document, declared)),
      ...resolvable(() => responseFaults(document, declared)),
      ...serverFaults(document, declared),
    ]),
  ]
}

/** What a reference to nothing hides is found when the reference is right. */
function resolvable(faults: () => ContractFault[]): ContractFault[] {
  try {
    return faults()
  } catch (error) {
    if (error instanceof ContractError) return []
    throw error
  }
}

function idFaults(all: readonly Declared[]): ContractFault[] {
  const byId = Map.groupBy(all, ({ id }) => id)
  return [...byId.values()].flatMap(([first, ...others]) =>
    others.map(({ id, operation, pointer }) => {
      const of = `${first?.method} ${first?.path}`
      return operation.operationId === undefined
        ? { pointer, text: `is named ${id}, as ${of} is: give it an operationId` }
        : {
            pointer: `${pointer}/operationId`,
            text: `the operationId ${id} is used twice: also for ${of}`,
          }
    }),
  )
}

function securityFaults(
  document: Document,
  security: OperationObject['security'] = [],
  pointer: string,
  who: string,
): ContractFault[] {
  return security.flatMap((schemes, at) =>
    Object.entries(schemes).flatMap(([scheme, scopes]) => {
      const place = `${pointer}/security/${at}/${escapePointer(scheme)}`
      const declared = scopesIn(document, scheme)
      if (declared === undefined)
        return [
          {
            pointer: place,
            text: `${who} requires ${scheme}: the security scheme ${scheme} is not declared`,
            advice: 'add it to components/securitySchemes',
          },
        ]
      const unknown = scopes.filter((scope) => declared !== 'any' && !declared.includes(scope))
      return unknown.map((scope) => ({
        pointer: `${place}/${scopes.indexOf(scope)}`,
        text: `${who} requires ${scope}, which ${scheme} does not declare`,
        advice: `add it to the scopes of ${scheme}`,
      }))
    }),
  )
}

/** Only flows declare scopes: those of other schemes are roles (OpenAPI 3.1 §4.8.30). Undefined if the scheme is not declared. */
function scopesIn({ components }: Document, name: string): readonly string[] | 'any' | undefined {
  const scheme = ownValue(components?.securitySchemes ?? {}, name)
  if (!scheme) return undefined
  if (!('flows' in scheme)) return 'any'
  return Object.values(scheme.flows ?? {}).flatMap(({ scopes = {} }) => Object.keys(scopes))
}

function responseFaults(document: Document, { id, operation, pointer }: Declared): ContractFault[] {
  return Object.entries(operation.responses ?? {})
    .filter(([key]) => !key.startsWith('x-'))
    .flatMap(([key, response]) => {
      const text = responseKeyPattern.test(key)
        ? responseFault(key, resolve<Response>(document, response))
        : `has the response '${key}', which is neither a status, nor a range such as 4XX, nor default`
      return text
        ? [{ pointer: `${pointer}/responses/${escapePointer(key)}`, text: `${id} ${text}` }]
        : []
    })
}

/** A sentence without its subject. */
function responseFault(key: string, response: Response): string | undefined {
  if (/^(1|204|205|304)/.test(key) && Object.keys(response.content ?? {}).length > 0)
    return `has a body of ${key}, a status without bodies: remove the content`
  const [range] = Object.keys(response.content ?? {}).flatMap((type) => {
    const fault = rangeFault(type)
    return fault ? [`has a body of ${type}, which ${fault}`] : []
  })
  return range ?? codesFault(key, response)
}

function serverFaults(
  document: Document,
  { id, path, operation, pointer }: Declared,
): ContractFault[] {
  const served = basePathsOf(document.servers)
  const ofPath = { servers: document.paths[path]?.servers, place: pointer.replace(/\/[^/]*$/, '') }
  return [ofPath, { servers: operation.servers, place: pointer }].flatMap(({ servers, place }) =>
    (servers ?? []).flatMap((server, at) =>
      basePathsOf([server])
        .filter((base) => !served.includes(base))
        .map((base) => ({
          pointer: `${place}/servers/${at}`,
          text: `${id} is at ${base}, and the other operations at ${served.join(', ')}: write the path of the server into the paths`,
        })),
    ),
  )
}
