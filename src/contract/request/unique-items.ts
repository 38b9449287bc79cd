/**
 * Checks `uniqueItems` in time that grows with the size of the list: ajv compares each item with every other one, and fails for items
 * with a property `valueOf`.
 */
import type { SchemaValidateFunction } from 'ajv'
import type { Ajv2020 } from 'ajv/dist/2020.js'

/** Replaces a keyword of ajv. Call it before the first schema is compiled. */
export function compareItemsOnce(ajv: Ajv2020): void {
  const keyword = 'uniqueItems'
  const validate: SchemaValidateFunction = (isUnique: boolean, items: readonly unknown[]) => {
    const seen = new Map<string, number>()
    for (const [i, item] of isUnique ? items.entries() : []) {
      const text = canonical(item)
      const j = seen.get(text)
      if (j !== undefined) {
        const message = `must NOT have duplicate items (items ## ${j} and ${i} are identical)`
        validate.errors = [{ keyword, message, params: { i, j } }]
        return false
      }
      seen.set(text, i)
    }
    return true
  }
  ajv.removeKeyword(keyword)
  ajv.addKeyword({ keyword, type: 'array', schemaType: 'boolean', errors: true, validate })
}

/** The same text for the same value, in whatever order the properties are. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  const members = Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
  return `{${members.sort().join()}}`
}
