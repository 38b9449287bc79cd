/** The share of a request in the queue for the hashing threads. */
import { usernameKey } from '../store/user-row.ts'
import { networkOf, siteOf } from '../throttling/network.ts'
import type { Share } from './fair-queue.ts'

export interface Applicant {
  readonly username: string
  /** Of the client. */
  readonly address: string | undefined
  /** Whether the username is known to log in from this address. */
  readonly isKnown: boolean
}

/** One account has a share for each of its addresses: a stranger in the same site who names it does not fill its own. */
export function shareOf({ username, address = '', isKnown }: Applicant): Share {
  const name = JSON.stringify([usernameKey(username), networkOf(address)])
  return { isKnown, network: siteOf(address), name }
}
