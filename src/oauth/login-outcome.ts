/** Counts the outcomes of logins for the metrics. */
import { HttpError } from '../http-error.ts'
import { TooManyWaiting } from '../passwords/admission.ts'
import { StoreError } from '../store/errors.ts'
import type { LoginOutcome, Metrics } from '../telemetry/metrics.ts'
import { BudgetExhausted } from '../throttling/budget-exhausted.ts'
import { ClientDisconnected } from './disconnect.ts'
import { InactiveUser, WrongCredentials } from './oauth-errors.ts'

export async function countOutcome<Result>(
  metrics: Metrics | undefined,
  login: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await login()
    metrics?.countLogin('succeeded')
    return result
  } catch (error) {
    metrics?.countLogin(outcomeOf(error))
    throw error
  }
}

function outcomeOf(error: unknown): LoginOutcome {
  if (error instanceof WrongCredentials) return 'wrong_credentials'
  if (error instanceof InactiveUser) return 'disabled'
  if (error instanceof BudgetExhausted) return 'throttled'
  if (error instanceof TooManyWaiting || error instanceof StoreError) return 'unavailable'
  if (error instanceof ClientDisconnected) return 'abandoned'
  return error instanceof HttpError ? 'refused' : 'failed'
}
