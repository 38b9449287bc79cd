/** Observes and delays the hashing threads of a server. */
import type { HashPool } from '../../src/passwords/hash-pool.ts'
import type { HashTask } from '../../src/passwords/hash-worker.ts'
import type { TestServer } from './test-server.ts'

/** Wraps a hash; `hash` starts it. */
export type Around = <Result>(hash: () => Promise<Result>, task: HashTask) => Promise<Result>

type Server = Pick<TestServer, 'services'>

/** Wraps every hash until the returned function is called. */
export function aroundHashes({ services: { hashPool } }: Server, around: Around): () => void {
  const { run, acquireThread } = hashPool
  const through =
    (hash: HashPool['run']): HashPool['run'] =>
    (task, share) =>
      around(() => hash(task, share), task)
  hashPool.run = through(run)
  hashPool.acquireThread = async (options) => {
    const held = await acquireThread(options)
    return { run: through(held.run), [Symbol.dispose]: () => held[Symbol.dispose]() }
  }
  return () => Object.assign(hashPool, { run, acquireThread })
}

/** Records the tasks from now on. */
export function tasksOf(server: Server): HashTask[] {
  const tasks: HashTask[] = []
  aroundHashes(server, (hash, task) => {
    tasks.push(task)
    return hash()
  })
  return tasks
}

/** Runs `change` when the next password has been hashed, before the server reads the account again. */
export function afterHashing(server: Server, change: () => Promise<unknown>): void {
  const restore = aroundHashes(server, async (hash) => {
    restore()
    const result = await hash()
    await change()
    return result
  })
}
