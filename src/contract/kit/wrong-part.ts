/** A part of a request that is wrong, and what both parameters and bodies need for it. */
import type { Fault } from './requests.ts'
import type { Kinds } from './wrong-values.ts'

/** The faults of one part of a request, by the kind of fault. */
export interface WrongPart {
  /** What is wrong, for the title of a test. */
  readonly title: string
  /** A router may take another value for another path. */
  readonly isPath?: boolean
  /** Whether HTTP and OpenAPI allow a server to accept it. */
  readonly isTolerable?: boolean
  /** Media type of the body of the requests. */
  readonly mediaType?: string
  readonly faults: Kinds<Fault>
}

/** Sequences that are not percent-encoded UTF-8. */
export const badEscapes = ['%', '%Z', '%ZZ', '%80', '%c0%80', '%ED%A0%80']

/** For a value that the schema allows. */
export const impossible: Fault = { change: () => undefined }
