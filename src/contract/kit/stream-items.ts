/** Streams of values in a response: they are read for some time or up to a megabyte, because some never end, and each item is checked. */
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { isEventStream, isJsonLines } from '../document/media-type.ts'
import { type SchemaNode, type Schemas, typesOf } from './schemas.ts'

const readMs = 1_000
const maxCharacters = 2 ** 20

/** How long the streams of an operation are read, in milliseconds: two for a second, and the many others of its tests briefly. */
export function streamTimes() {
  const read = new Map<string, number>()
  return {
    msFor: (id: string) => ((read.get(id) ?? 0) < 2 ? readMs : 50),
    add(id: string, mediaType = ''): void {
      if (isStream(mediaType)) read.set(id, (read.get(id) ?? 0) + 1)
    },
  }
}

export function isStream(mediaType: string): boolean {
  return isEventStream(mediaType) || isJsonLines(mediaType)
}

/** All of the body; of a stream that goes on, the whole lines so far. */
export async function receivedText(response: IncomingMessage, ms = readMs): Promise<string> {
  if (!isStream(response.headers['content-type'] ?? '')) return text(response)
  let received = ''
  let isCut = false
  const timer = setTimeout(() => {
    isCut = true
    response.destroy()
  }, ms)
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      received += chunk
      isCut ||= received.length > maxCharacters
      if (isCut) break
    }
  } catch (failure) {
    if (!isCut) throw failure
  } finally {
    clearTimeout(timer)
  }
  return isCut ? received.slice(0, received.lastIndexOf('\n') + 1) : received
}

/** What is wrong with the lines of JSON, or with the data of the events. */
export function streamFaults(
  schemas: Schemas,
  schema: SchemaNode,
  mediaType: string,
  received: string,
): string[] {
  const isEvents = isEventStream(mediaType)
  const items = isEvents ? dataOf(received) : received.split('\n').filter((line) => line.trim())
  const isText = schemas.alternatives(schema).every((each) => typesOf(each).join() === 'string')
  return items.flatMap((item) => {
    if (isEvents) {
      // The data of an event may be a text that is not JSON.
      const faults = schemas.faultsOf(schema, item)
      if (faults.length === 0) return []
      if (isText) return faults.map((fault) => `data${fault}`)
    }
    const value = parsed(item)
    if (value === undefined)
      return [isEvents ? 'the data of an event is not JSON' : 'a line is not JSON']
    const what = isEvents ? 'data' : 'line'
    return schemas.faultsOf(schema, value.value).map((fault) => `${what}${fault}`)
  })
}

/** Of each event that an empty line ends (WHATWG HTML §9.2.6). */
function dataOf(received: string): string[] {
  const events = received
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n\n')
  return events.slice(0, -1).flatMap((event) => {
    const lines = event
      .split('\n')
      .flatMap((line) => /^data(?:: ?(.*))?$/.exec(line)?.slice(1) ?? [])
    return lines.length === 0 ? [] : [lines.map((line) => line ?? '').join('\n')]
  })
}

/** Undefined if the text is not JSON. */
export function parsed(item: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(item) }
  } catch {
    return undefined
  }
}
