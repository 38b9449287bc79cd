/** What a request may contain: the limits that bound the memory and the time of reading it. */

export interface Limits {
  /** Bytes of a body that is read into memory. A larger one is a 413. */
  readonly bodyBytes: number
  /** Members, items, lists and objects of a JSON text. */
  readonly jsonValues: number
  /** Lists and objects within each other, in a JSON text. */
  readonly jsonDepth: number
  /** Fields of a form that are no files, and parameters of a query. */
  readonly fields: number
  /** Bytes of a field of a multipart body. */
  readonly fieldBytes: number
  /** Files of a multipart body. */
  readonly files: number
  /** Bytes of a file. A larger one is a 413. */
  readonly fileBytes: number
  /** Bytes of a multipart body in all, or of a body that is read as a stream. A larger one is a 413. */
  readonly uploadBytes: number
  /** Faults that an error response lists. */
  readonly faults: number
}

export const defaultLimits: Limits = {
  bodyBytes: 1_048_576,
  jsonValues: 1_000,
  jsonDepth: 100,
  fields: 100,
  fieldBytes: 65_536,
  files: 10,
  fileBytes: 10_485_760,
  uploadBytes: 33_554_432,
  faults: 100,
}
