/** Bounds the work of a check: where a schema contains itself, it grows with the size of the value, not exponentially with its depth. */
import type * as ajvPackage from 'ajv/dist/2020.js'
import type { Ajv2020 } from 'ajv/dist/2020.js'
import { references } from '../document/document.ts'
import { unescapePointer } from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'

/** The value is rejected: whether its schema allows it is not known. */
export class TooComplex extends Error {}

/** References that every check may follow into a schema that contains itself, and further ones for each value in what is checked. */
const allowed = { atLeast: 10_000, perValue: 10 }

export interface RecursionLimit {
  /** Call it before the first schema is compiled. `copy` is the package whose `ajv` it is. */
  apply(ajv: Ajv2020, copy: Pick<typeof ajvPackage, '_'>): void
  /** Calls `check`, which throws a `TooComplex` beyond the limit. */
  within<Result>(value: unknown, check: () => Result): Result
}

/**
 * With `oneOf: [Not, Minus]` whose members contain the same `oneOf`, each level of a value doubles the work: every branch is tried to
 * the end, also if its first property excludes it.
 */
export function recursionLimit(document: Pick<Document, 'components'>): RecursionLimit {
  const recursive = recursiveSchemas(document)
  let followed = 0
  let limit = 0
  let checked: unknown

  function follow(): void {
    followed++
    if (followed <= limit) return
    // Counted only here, because few values come as far.
    limit = allowed.atLeast + allowed.perValue * valuesIn(checked)
    if (followed > limit) throw new TooComplex('The value is too complex')
  }

  return {
    apply(ajv, { _ }) {
      const definition = ajv.getKeyword('$ref')
      if (typeof definition === 'boolean' || !('code' in definition))
        throw new Error('ajv generates no code for $ref')
      const { code } = definition
      definition.code = (cxt, type) => {
        const $ref = String(cxt.schema)
        const isRecursive = $ref.split('/').some((name) => recursive.has(unescapePointer(name)))
        if (isRecursive) cxt.gen.code(_`${cxt.gen.scopeValue('func', { ref: follow })}()`)
        code(cxt, type)
      }
    },
    within(value, check) {
      ;[followed, limit, checked] = [0, allowed.atLeast, value]
      try {
        return check()
      } finally {
        checked = undefined
      }
    },
  }
}

/** The names of the schemas that contain themselves. */
function recursiveSchemas({ components = {} }: Pick<Document, 'components'>): ReadonlySet<string> {
  const named = Object.entries(components.schemas ?? {}).map(([name, schema]) => {
    const parts = references('schema', schema).map(($ref) => $ref.split('/')[3] ?? '')
    return [name, new Set(parts.map(unescapePointer))] as const
  })
  const partsOf = new Map(named)
  const reachesItself = (name: string): boolean => {
    const reached = new Set(partsOf.get(name))
    // The loop visits what is added meanwhile.
    for (const each of reached) for (const part of partsOf.get(each) ?? []) reached.add(part)
    return reached.has(name)
  }
  return new Set([...partsOf.keys()].filter(reachesItself))
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, member) => sum + valuesIn(member), 1)
}
