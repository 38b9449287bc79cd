/** Whether a body of text can be held to a schema. */
import type { Document, Schema } from './openapi.ts'
import { shapeOf } from './shape.ts'

/** False for the schema of a structure, which a text such as XML or CSV has: it is not parsed. */
export function describesText(document: Document, schema: Schema): boolean {
  return shapeOf(document, schema).types.has('string')
}
