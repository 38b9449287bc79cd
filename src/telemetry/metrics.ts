/** Metrics for Prometheus, if `METRICS_PORT` is set. Label values are names of the contract or listed below, so they are few. */
import cluster from 'node:cluster'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { version } from '../version.ts'
import { replyWithMetrics } from './worker-metrics.ts'

const loginOutcomes = [
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

/** What an account is limited in. */
export const writes = ['login', 'refresh', 'change'] as const
export type Write = (typeof writes)[number]

/** What happens to an attempt to send a mail: it is `failed` if it will be repeated. */
const mailOutcomes = ['sent', 'failed', 'given_up'] as const
export type MailOutcome = (typeof mailOutcomes)[number]

type ReadAtScrape = () => number

export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  if (cluster.worker) replyWithMetrics(registry, cluster.worker.id)

  new Gauge({
    name: 'tessera_build_info',
    help: 'Always 1; the label is the version.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)

  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = (name: string, help: string, value: ReadAtScrape) => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  }

  const requests = counter(
    'tessera_requests_total',
    'Requests, by operation and status.',
    'operation',
    'status',
  )
  const durations = new Histogram({
    name: 'tessera_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its response, by operation.',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const logins = counter('tessera_logins_total', 'Password logins, by outcome.', 'outcome')
  for (const outcome of loginOutcomes) logins.inc({ outcome }, 0)
  const throttles = counter(
    'tessera_throttles_total',
    'Logins and registrations rejected because a budget was exhausted.',
  )
  const writeThrottles = counter(
    'tessera_write_throttles_total',
    'Requests rejected because their account had used up its writes, by kind.',
    'write',
  )
  for (const write of writes) writeThrottles.inc({ write }, 0)
  const reuses = counter(
    'tessera_refresh_reuses_total',
    'Replaced refresh tokens that were used; their sessions were ended.',
  )
  const hashes = new Histogram({
    name: 'tessera_hash_duration_seconds',
    help: 'Duration of one password hash, without the wait for a thread.',
    buckets: [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2],
    registers,
  })
  const rejections = counter(
    'tessera_hash_rejections_total',
    'Passwords rejected because too many others were waiting for a hashing thread.',
  )
  const closedConnections = counter(
    'tessera_connections_closed_total',
    'Connections closed because there were too many, or much was unread, by their activity.',
    'activity',
  )
  const mails = counter('tessera_mails_total', 'Attempts to send a mail, by outcome.', 'outcome')
  for (const outcome of mailOutcomes) mails.inc({ outcome }, 0)

  return {
    /** Called when a request ends. Without an operation, the path is not in the contract; without a status, the client disconnected. */
    countRequest(operation = 'none', status: number | undefined, seconds: number) {
      requests.inc({ operation, status: status ?? 'none' })
      durations.observe({ operation }, seconds)
    },
    /** The HTTP parser rejected a request. */
    countUnreadable: (status: number) => requests.inc({ operation: 'none', status }),
    countLogin: (outcome: LoginOutcome) => logins.inc({ outcome }),
    countThrottle: () => throttles.inc(),
    countWriteThrottle: (write: Write) => writeThrottles.inc({ write }),
    countRefreshReuse: () => reuses.inc(),
    /** The duration of one hash, without the wait for a thread. */
    observeHash: (seconds: number) => hashes.observe(seconds),
    countHashRejection: () => rejections.inc(),
    /** A connection was closed because there were too many, or its client did not read. */
    countClosedConnection: (activity: string) => closedConnections.inc({ activity }),
    countMail: (outcome: MailOutcome) => mails.inc({ outcome }),
    watchHashQueue: (length: ReadAtScrape) =>
      gauge('tessera_hash_queue_length', 'Passwords waiting for a hashing thread.', length),
    watchConnections: (size: ReadAtScrape) =>
      gauge('tessera_connections', 'Open connections.', size),
    /** `age` in seconds. */
    watchOutbox: (age: ReadAtScrape) =>
      gauge(
        'tessera_outbox_oldest_seconds',
        'Age of the oldest event that is not delivered; 0 if there is none.',
        age,
      ),
    /** `age` in seconds. */
    watchMails(length: ReadAtScrape, age: ReadAtScrape) {
      gauge('tessera_mail_queue_length', 'Mails that wait to be sent, up to 10,000.', length)
      gauge('tessera_mail_oldest_seconds', 'Age of the oldest mail in the queue.', age)
    },
    /** All metrics, in Prometheus' text format. */
    text: () => registry.metrics(),
  }
}
