/** Server-sent events (WHATWG HTML §9.2) from a stream of them, with comments that keep the connection open while there are none. */

export interface ServerSentEvent<Data = unknown> {
  /** Sent as JSON, unless it is a text. */
  readonly data: Data
  /** The name of the event: `message` for the client if absent. */
  readonly event?: string
  /** What the client sends as `Last-Event-ID` when it connects again. */
  readonly id?: string
  /** Milliseconds until the client connects again. */
  readonly retry?: number
}

/** The client sees soon that it is connected; proxies close connections that are idle for a minute, some for 30 seconds. */
const firstCommentMs = 1_000
const commentMs = 15_000

/**
 * Texts and bytes are sent as they are. The stream is closed when the client leaves: the `return` of its iterator is called, also
 * while the next event is awaited.
 */
export function eventStream(
  events: AsyncIterable<unknown>,
  requireEvent: (event: unknown) => void = () => {},
): AsyncIterable<string | Uint8Array> {
  const iterator = events[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<unknown>> | undefined
  let ms = firstCommentMs
  const end = { done: true, value: undefined } as const

  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        next ??= iterator.next()
        const result = await withinMs(next, ms)
        ms = commentMs
        if (!result) return { done: false, value: ':\n\n' }
        next = undefined
        if (result.done) return end
        const value = textOf(result.value)
        requireEvent(result.value)
        return { done: false, value }
      },
      async return() {
        next?.catch(() => {})
        await iterator.return?.()
        return end
      },
    }),
  }
}

/** Undefined if it takes longer. */
async function withinMs<T>(result: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, ms, undefined)
  try {
    return await Promise.race([result, promise])
  } finally {
    clearTimeout(timer)
  }
}

function textOf(event: unknown): string | Uint8Array {
  if (typeof event === 'string' || event instanceof Uint8Array) return event
  if (typeof event !== 'object' || event === null || !('data' in event))
    throw new TypeError('an event must have data')
  const { data, event: name, id, retry }: Partial<ServerSentEvent> = event
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`)
  return `${field('event', name)}${field('id', id)}${field('retry', retry)}${lines.join('')}\n`
}

function field(name: string, value: string | number | undefined): string {
  if (value === undefined) return ''
  if (/[\r\n\0]/.test(String(value)))
    throw new TypeError(`the ${name} of an event has several lines`)
  return `${name}: ${value}\n`
}
