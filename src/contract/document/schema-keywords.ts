/** Finds keywords of schemas whose values JSON Schema 2020-12 does not allow, and those that this layer does not hold to. */
import { isNode } from './document-parts.ts'

type Check = (value: unknown) => string | undefined

const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']

const isText = (value: unknown) => typeof value === 'string'
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0
const isNumber = (value: unknown) => typeof value === 'number'
const isFlag = (value: unknown) => typeof value === 'boolean'
const isTexts = (value: unknown) =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length
const hasName = (value: unknown) => isNode(value) && isText(value.propertyName)

const must =
  (holds: (value: unknown) => boolean, wanted: string): Check =>
  (value) =>
    holds(value) ? undefined : `must be ${wanted}`
const unsupported =
  (advice: string): Check =>
  () =>
    `is not supported: ${advice}`

const count = must(isCount, 'a number from 0, without decimals')
const number = must(isNumber, 'a number')
const flag = must(isFlag, 'true or false')
const component = unsupported(
  'name the schema as a component, and refer to it by #/components/schemas',
)

const checks: Readonly<Record<string, Check>> = {
  type: typeFault,
  enum: must((value) => Array.isArray(value) && value.length > 0, 'a list of at least one value'),
  required: must(isTexts, 'a list of names, each once'),
  pattern: patternFault,
  patternProperties: (value) => Object.keys(Object(value)).map(patternFault).find(Boolean),
  format: must(isText, 'text'),
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minProperties: count,
  maxProperties: count,
  minContains: count,
  maxContains: count,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: must((value) => isNumber(value) && Number(value) > 0, 'a number above 0'),
  uniqueItems: flag,
  readOnly: flag,
  writeOnly: flag,
  deprecated: flag,
  $ref: must(isText, 'text'),
  dependentRequired: must(
    (value) => isNode(value) && Object.values(value).every(isTexts),
    'an object of lists of names',
  ),
  discriminator: must(hasName, 'an object with propertyName'),
  dependencies: unsupported('use dependentRequired or dependentSchemas'),
  id: unsupported('it is of an older JSON Schema. A property named id belongs below properties'),
  $id: component,
  $anchor: component,
  $dynamicRef: component,
  $dynamicAnchor: component,
  $recursiveRef: component,
  $recursiveAnchor: component,
  $schema: (value) =>
    /json-schema\.org\/draft\/2020-12\/schema|spec\.openapis\.org\/oas\/3\.1/.test(String(value))
      ? undefined
      : 'is not supported: schemas are of JSON Schema 2020-12',
}

/** A sentence about a keyword, if something is wrong with it. */
export function keywordFault(keyword: string, value: unknown): string | undefined {
  const fault = Object.hasOwn(checks, keyword) ? checks[keyword]?.(value) : undefined
  return fault && `${keyword} ${fault}`
}

function typeFault(value: unknown): string | undefined {
  const all = [value].flat()
  const unknown = all.find((type) => !types.includes(String(type)))
  if (unknown !== undefined)
    return `has ${JSON.stringify(unknown)}, which is none of ${types.join(', ')}`
  return all.length > 0 && new Set(all).size === all.length ? undefined : 'must name each type once'
}

/** Patterns are compiled with the flag `u` (JSON Schema 2020-12 §6.4). */
function patternFault(value: unknown): string | undefined {
  try {
    return isText(value) ? void new RegExp(String(value), 'u') : 'must be text'
  } catch (error) {
    return `cannot be compiled with the flag u: ${error instanceof Error ? error.message : error}`
  }
}
