/** What an overload or an outage means for any operation: 503 with `Retry-After`. */
import { type Can, type CommonRefusals, when } from '#contract'
import type { Api } from '../../generated/contract.ts'
import { Unavailable } from '../http-error.ts'
import { StoreUnavailable, TransactionConflict } from '../store/errors.ts'
import { thrown } from './thrown.ts'

type CanBeUnavailable = Can<503, 'temporarily_unavailable', { readonly 'Retry-After': number }>

const headers = { 'Retry-After': 1 }

/** `onOutage` gets each failure of the database. */
export function commonRefusals(onOutage: (error: StoreUnavailable) => void): CommonRefusals<Api> {
  return [
    when(StoreUnavailable, (error, refuse: CanBeUnavailable) => {
      onOutage(error)
      const { message, cause } = error
      return refuse[503]('temporarily_unavailable', message, { headers, cause })
    }),
    when(TransactionConflict, ({ message, cause }, refuse: CanBeUnavailable) =>
      refuse[503]('temporarily_unavailable', message, { headers, cause }),
    ),
    thrown(Unavailable),
  ]
}
