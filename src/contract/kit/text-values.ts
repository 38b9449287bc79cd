/** What a text of a response means by its schema: a body of text, or a header with one value or a list. */
import {
  isValidText,
  type SchemaKeywords,
  type SchemaNode,
  type Schemas,
  typesOf,
} from './schemas.ts'

/** Whether a body of text can be held to the schema: not that of a structure, such as XML, nor that of bytes. */
export function describesText(schemas: Schemas, schema: SchemaNode): boolean {
  const all = schemas.alternatives(schema)
  return all.some(isOfText) && !all.some(({ format }) => format === 'binary')
}

function isOfText(schema: SchemaKeywords): boolean {
  const values = [schema.const, ...(schema.enum ?? [])]
  return typesOf(schema).includes('string') || values.some((value) => typeof value === 'string')
}

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
