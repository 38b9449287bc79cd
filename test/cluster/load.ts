/** Clients that write and clients that read, all at once, and a record of all their requests. */
import { setTimeout as pause } from 'node:timers/promises'
import { chance } from '../faults/chance.ts'
import { tokensIn } from '../faults/fault-server.ts'
import { type Attempt, createSender } from './attempts.ts'
import { type Client, createClient } from './client.ts'

export interface Load {
  readonly attempts: readonly Attempt[]
  /** Resolves when so many more changes are acknowledged. */
  progress(changes: number): Promise<void>
  /** Resolves when every change that was begun is acknowledged. */
  stop(): Promise<void>
}

export interface Clients {
  /** They change and read, one request after another, until they are stopped. */
  start(): Load
  violations(): Promise<string[]>
  acknowledged(): number
}

/** Accounts whose names begin with `name`, and a reader for each server. */
export async function createClients(
  name: string,
  many: number,
  urls: readonly string[],
): Promise<Clients> {
  let attempts: Attempt[] = []
  const sender = (client: string, to = urls) =>
    createSender(client, to, (attempt) => attempts.push(attempt))
  const clients: Client[] = await Promise.all(
    Array.from({ length: many }, (_, n) =>
      createClient(`${name}-${n}`, chance(n), sender(`${name}-${n}`)),
    ),
  )
  const readers = await Promise.all(urls.map((url, n) => reader(`${name}-reader-${n}`, url)))

  async function reader(username: string, url: string): Promise<() => Promise<unknown>> {
    const { once, send } = sender(username, [url])
    const account = { username, password: 'only reads, and writes nothing' }
    await send('POST', '/users', { json: account })
    const { access } = tokensIn(await send('POST', '/token', { form: account }))
    return async () => {
      await once('GET', '/users/me', { token: access })
      await pause(20)
    }
  }

  const acknowledged = () => clients.reduce((sum, client) => sum + client.acknowledged(), 0)
  return {
    acknowledged,
    violations: async () =>
      (await Promise.all(clients.map(({ violations }) => violations()))).flat(),
    start() {
      const own: Attempt[] = []
      attempts = own
      let isStopped = false
      const until = async (act: () => Promise<unknown>) => {
        while (!isStopped) await act()
      }
      const loops = [...clients.map(({ change }) => change), ...readers].map(until)
      return {
        attempts: own,
        async progress(changes) {
          const enough = acknowledged() + changes
          while (acknowledged() < enough) await pause(5)
        },
        async stop() {
          isStopped = true
          await Promise.all(loops)
        },
      }
    },
  }
}
