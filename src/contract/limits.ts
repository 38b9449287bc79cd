/** What a request may contain: the limits that bound the memory and the time of reading it. */

export interface Limits {
  /** Bytes of a body that is not multipart. A larger body is a 413. */
  readonly bodyBytes: number
  /** Members, items, lists and objects of a JSON text. */
  readonly jsonValues: number
  /** Lists and objects within each other, in a JSON text. */
  readonly jsonDepth: number
  /** Fields of a form, and parameters of a query. */
  readonly fields: number
  /** Faults that an error response lists. */
  readonly faults: number
}

export const defaultLimits: Limits = {
  bodyBytes: 1_048_576,
  jsonValues: 1_000,
  jsonDepth: 100,
  fields: 100,
  faults: 100,
}
