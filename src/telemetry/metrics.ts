/** What is counted for Prometheus, where `METRICS_PORT` is set. Every label has few values: names of the contract, and those below. */
import cluster from 'node:cluster'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import manifest from '../../package.json' with { type: 'json' }
import { tellCounts } from './worker-counts.ts'

export const loginOutcomes = [
  'succeeded',
  'wrong_credentials',
  'disabled',
  'throttled',
  'refused',
  'unavailable',
  'abandoned',
  'failed',
] as const
export type LoginOutcome = (typeof loginOutcomes)[number]

export interface Metrics {
  /** A request is over. Without an operation its path was none of the contract's, without a status its client hung up. */
  answered(operationId: string | undefined, status: number | undefined, seconds: number): void
  /** What never became a request. */
  unreadable(status: number): void
  loggedIn(outcome: LoginOutcome): void
  throttled(): void
  refreshReused(): void
  /** A password was hashed; the waiting for a thread is not in it. */
  hashed(seconds: number): void
  hashRefused(): void
  /** How many wait for a thread is asked whenever somebody reads. */
  watchHashQueue(length: () => number): void
  /** All of it, as Prometheus reads it. */
  text(): Promise<string>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  if (cluster.isWorker) tellCounts(registry)

  new Gauge({
    name: 'tessera_build_info',
    help: 'Always 1; its version is the label.',
    labelNames: ['version'],
    aggregator: 'first',
    registers,
  }).set({ version: manifest.version }, 1)

  const requests = new Counter({
    name: 'tessera_requests_total',
    help: 'Requests, by operation and status.',
    labelNames: ['operation', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'tessera_request_duration_seconds',
    help: 'From the head of a request to the end of its answer, by operation.',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const logins = new Counter({
    name: 'tessera_logins_total',
    help: 'Password logins, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of loginOutcomes) logins.inc({ outcome }, 0)
  const throttles = new Counter({
    name: 'tessera_throttles_total',
    help: 'Passwords that were not looked at, and registrations refused: too many before them.',
    registers,
  })
  const reuses = new Counter({
    name: 'tessera_refresh_reuses_total',
    help: 'Refresh tokens that came again after their grace: sessions ended as stolen.',
    registers,
  })
  const hashes = new Histogram({
    name: 'tessera_hash_duration_seconds',
    help: 'The hashing of a password, without the waiting for a thread.',
    buckets: [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2],
    registers,
  })
  const rejections = new Counter({
    name: 'tessera_hash_rejections_total',
    help: 'Passwords that found the queue for a thread full.',
    registers,
  })

  return {
    answered(operationId = 'none', status, seconds) {
      requests.inc({ operation: operationId, status: status ?? 'none' })
      durations.observe({ operation: operationId }, seconds)
    },
    unreadable: (status) => requests.inc({ operation: 'none', status }),
    loggedIn: (outcome) => logins.inc({ outcome }),
    throttled: () => throttles.inc(),
    refreshReused: () => reuses.inc(),
    hashed: (seconds) => hashes.observe(seconds),
    hashRefused: () => rejections.inc(),
    watchHashQueue(length) {
      new Gauge({
        name: 'tessera_hash_queue_length',
        help: 'Passwords that wait for a thread.',
        registers,
        collect() {
          this.set(length())
        },
      })
    },
    text: () => registry.metrics(),
  }
}
