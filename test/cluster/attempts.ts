/** Sends requests to several servers in turn, as an honest client does, and notes what each was answered. */
import { setTimeout as pause } from 'node:timers/promises'
import { ask, type HttpResponse } from '../faults/fault-server.ts'

type Asked = Parameters<typeof ask>[3]

export interface Attempt {
  readonly client: string
  readonly what: string
  /** Milliseconds of `performance.now()`. */
  readonly begun: number
  readonly ended: number
  /** 0 if the connection ended without a response. */
  readonly status: number
}

/** A response, and at which try it came. */
export type Answer = HttpResponse & { readonly tries: number }

export interface Sender {
  once(method: string, path: string, asked: Asked): Promise<HttpResponse | undefined>
  /** Repeats the request while there is no response, or one that says to repeat it. */
  send(method: string, path: string, asked: Asked): Promise<Answer>
}

/** Shorter than the `Retry-After` of a 503, so that each fault is met by more requests. */
const pauseMs = 200
const repeated = [429, 503]

export function createSender(
  client: string,
  urls: readonly string[],
  note: (attempt: Attempt) => void,
): Sender {
  let turn = 0
  const once: Sender['once'] = async (method, path, asked) => {
    const url = urls[turn++ % urls.length] ?? ''
    const begun = performance.now()
    const response = await ask(url, method, path, asked)
    const { status = 0 } = response ?? {}
    note({ client, what: `${method} ${path}`, begun, ended: performance.now(), status })
    return response
  }
  return {
    once,
    async send(method, path, asked) {
      for (let tries = 1; ; tries += 1) {
        const response = await once(method, path, asked)
        if (response && !repeated.includes(response.status)) return { ...response, tries }
        await pause(pauseMs)
      }
    },
  }
}
