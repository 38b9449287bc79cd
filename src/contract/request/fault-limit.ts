/** Makes ajv stop at the first `maxFaults` members of a list or an object that are invalid, where `allErrors` would report each. */
import type * as ajvPackage from 'ajv/dist/2020.js'
import type { Ajv2020, CodeGen, KeywordCxt, Name } from 'ajv/dist/2020.js'

type CodeNotation = Pick<typeof ajvPackage, '_' | 'Name'>

/** The keywords that check every member of a value. They are the only ones whose faults grow with the value. */
const loops = [
  'items',
  'unevaluatedItems',
  'additionalProperties',
  'unevaluatedProperties',
  'patternProperties',
  'propertyNames',
]

/**
 * Call it before the first schema is compiled. A value is still accepted or rejected as before: a loop ends early only when it has
 * found faults itself, so that the value that it checks is invalid.
 *
 * @param copy the package whose `ajv` it is: an installation may have several copies, which do not know each other's names
 */
export function limitFaults(ajv: Ajv2020, maxFaults: number, copy: CodeNotation): void {
  for (const keyword of loops) {
    const definition = ajv.getKeyword(keyword)
    if (typeof definition === 'boolean' || !('code' in definition))
      throw new Error(`ajv generates no code for ${keyword}`)
    const { code } = definition
    definition.code = (cxt, type) => code(limited(cxt, maxFaults, copy), type)
  }
}

/** A copy whose loops count their own faults only: those of nested schemas have the original `cxt.it.gen`. */
function limited(cxt: KeywordCxt, maxFaults: number, { _, Name }: CodeNotation): KeywordCxt {
  const { gen } = cxt
  // Ajv's own variable for the number of errors in a function that it generates.
  const errors = new Name('errors')
  const before = gen.const('_before', errors)
  const isFull = _`${errors} - ${before} >= ${maxFaults}`
  const thenStop = (body: (at: Name) => void) => (at: Name) => {
    body(at)
    gen.if(isFull, () => gen.break())
  }
  const forIn: CodeGen['forIn'] = (name, object, body) => gen.forIn(name, object, thenStop(body))
  const forRange: CodeGen['forRange'] = (name, from, to, body) =>
    gen.forRange(name, from, to, thenStop(body))
  const loopGen = Object.create(gen, { forIn: { value: forIn }, forRange: { value: forRange } })
  return Object.create(cxt, { gen: { value: loopGen } })
}
