/** What the text of a header means by its schema: one value, or a list. */
import { isValidText, type SchemaNode, type Schemas, typesOf } from './schemas.ts'

/** A list is written with commas between its items (OpenAPI 3.1 §4.8.21: the style of headers is `simple`). */
export function isValidHeader(schemas: Schemas, schema: SchemaNode, text: string): boolean {
  if (isValidText(schemas, schema, text)) return true
  return schemas
    .alternatives(schema)
    .filter((each) => typesOf(each).includes('array'))
    .some(({ items = true }) => {
      const list = partsOf(text).map((part) =>
        schemas.isValid(items, part) || !isValidText(schemas, items, part)
          ? part
          : JSON.parse(part),
      )
      return schemas.isValid(schema, list)
    })
}

/** A comma in quotes is part of an item (RFC 9110 §5.6.4). */
function partsOf(text: string): string[] {
  if (text.trim() === '') return []
  const parts = text.match(/((?:"(?:[^"\\]|\\.)*"|[^,])*)(?:,|$)/g) ?? []
  // The pattern matches the empty text at the end, too.
  const ended = text.endsWith(',') ? parts : parts.slice(0, -1)
  return ended.map((part) => part.replace(/,$/, '').trim())
}
