/** The share of a request in the queue for the hashing threads. */
import { usernameKey } from '../store/user-row.ts'
import { networkOf, siteOf } from '../throttling/network.ts'
import type { Share } from './fair-queue.ts'

interface Applicant extends Pick<Share, 'isKnown'> {
  readonly username: string
  /** Of the client. */
  readonly address: string | undefined
}

/** One account has a share for each of its addresses: a stranger in the same site who names it does not fill its own. */
export function shareOf({ username, address = '', isKnown }: Applicant): Share {
  const name = JSON.stringify([usernameKey(username), networkOf(address)])
  return { isKnown, network: siteOf(address), name }
}
