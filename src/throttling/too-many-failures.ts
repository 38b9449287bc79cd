/** 429: the budget of failures is used up (RFC 6585 §4). */
import { Refusal } from '../contract/refusal.ts'

/** RFC 6749 has no code for it. `until` and `now` in milliseconds since 1970. */
export class TooManyFailures extends Refusal {
  constructor(until: number, now: number) {
    super(429, 'temporarily_unavailable', 'Too many failed logins', {
      headers: { 'Retry-After': String(Math.max(1, Math.ceil((until - now) / 1000))) },
    })
  }
}
