/** What is refused where the store is gone, or refuses itself: the client is told to come back, the cause is the operator's. */
import { ServiceUnavailable } from '../contract/refusal.ts'

export class StoreUnavailable extends ServiceUnavailable {
  constructor(cause: unknown) {
    super('The store does not answer', 1, cause)
  }
}
