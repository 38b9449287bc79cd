/** The entries of lists for the errors that carry their status and code, and for those of the store. */
import { type Can, type Mapping, type Refusal, when } from '#contract'
import { HttpError } from '../http-error.ts'
import type { StoreError } from '../store/errors.ts'

type ErrorClass<E> = abstract new (...args: never[]) => E

/** `Can`, where status, code and headers are those of an error. */
type Make = (code: string, message: string, options: object) => Refusal

/** In the list of an operation that does not declare the status, the code or the headers of the class, it does not compile. */
export function thrown<Status extends number, Code extends string, Headers extends object = never>(
  errorClass: ErrorClass<HttpError<Status, Code, Headers>>,
): Mapping<Can<Status, Code, Headers>> {
  return when(errorClass, (error, refuse: Can<Status, Code, Headers>) => {
    const { status, code, message, headers, faults, cause } = error
    const make = refuse[status] as Make
    return make(code, message, { ...(headers && { headers }), faults, cause })
  })
}

/** An entry for an error of the store, which has no status. */
export function mapped<Status extends number, Code extends string>(
  errorClass: ErrorClass<StoreError>,
  status: Status,
  code: Code,
): Mapping<Can<Status, Code>> {
  return when(errorClass, ({ message }, refuse: Can<Status, Code>) => {
    const make = refuse[status] as Make
    return make(code, message, {})
  })
}

/** For operations that are not ours, whose declarations the compiler does not know: a status that they do not declare is a defect. */
export const anyThrown: Mapping<never> = when(
  HttpError,
  (error: HttpError, refuse: Readonly<Record<string, Make | undefined>>) => {
    const { status, code, message, headers, faults, cause } = error
    const range = `${Math.floor(status / 100)}XX`
    const make = refuse[status] ?? refuse[range] ?? refuse.default
    if (!make) throw error
    return make(code, message, { status, headers: headers ?? {}, faults, cause })
  },
)
