/** Finds parameters that do not fit their path, are declared twice, or cannot be read. */

import type { ContractFault } from '../document/contract-fault.ts'
import { isIgnored, parameterId, parametersOf, resolve } from '../document/document.ts'
import type { Document, Parameter, Reference } from '../document/openapi.ts'
import type { Declared } from '../document/operation-names.ts'
import { styleFault } from '../document/parameter-styles.ts'
import { parametersIn } from '../document/path-template.ts'

export function parameterFaults(
  document: Document,
  { id, path, method, operation, pointer }: Declared,
): ContractFault[] {
  const { parameters: common = [] } = document.paths[path] ?? {}
  const names = parametersIn(path)
  const declared = parametersOf(document, path, method).filter((each) => each.in === 'path')
  const missing = names.filter((name) => !declared.some((each) => each.name === name))
  return [
    ...missing.map((name) => ({
      pointer,
      text: `${id} does not declare its path parameter ${name}`,
    })),
    ...listFaults(document, common, { id, path, pointer: pointer.replace(/\/[^/]*$/, '') }),
    ...listFaults(document, operation.parameters ?? [], { id, path, pointer }),
  ]
}

function listFaults(
  document: Document,
  parameters: readonly (Parameter | Reference)[],
  { id, path, pointer }: Pick<Declared, 'id' | 'path' | 'pointer'>,
): ContractFault[] {
  const seen = new Set<string>()
  return parameters.flatMap((each, at) => {
    const parameter = resolve<Parameter>(document, each)
    const isRepeated = seen.has(parameterId(parameter))
    seen.add(parameterId(parameter))
    const text = isRepeated
      ? `the parameter ${parameter.name} is declared twice`
      : faultOf(document, parameter, id, path)
    return text ? [{ pointer: `${pointer}/parameters/${at}`, text }] : []
  })
}

function faultOf(
  document: Document,
  parameter: Parameter,
  id: string,
  path: string,
): string | undefined {
  const { in: part, name, required } = parameter
  if (isIgnored(parameter)) return undefined
  const parts = ['path', 'query', 'header', 'cookie']
  if (!parts.includes(part))
    return `the parameter ${name} is in ${part}, which is none of ${parts.join(', ')}`
  if (!parameter.schema && !parameter.content) return `the parameter ${name} must have a schema`
  const fault = styleFault(document, parameter)
  if (fault) return `${id} has the ${part} parameter ${name}, which ${fault}`
  if (part === 'path' && !parametersIn(path).includes(name))
    return `the path ${path} has no parameter ${name}`
  if (part === 'path' && required !== true)
    return `the path parameter ${name} must have required: true`
  return undefined
}
