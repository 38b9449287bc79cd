/** What the hashing threads of a server are given, and when. */
import type { HashPool } from '../../src/passwords/hash-pool.ts'
import type { HashTask } from '../../src/passwords/hash-worker.ts'
import type { TestServer } from './test-server.ts'

/** Does something around a hash: `hash` starts it. */
export type Around = <Result>(hash: () => Promise<Result>, task: HashTask) => Promise<Result>

type Server = Pick<TestServer, 'services'>

/** Every hash goes through here, until what is returned is called. */
export function aroundHashes({ services: { hashPool } }: Server, around: Around): () => void {
  const { run, acquireThread } = hashPool
  const through =
    (hash: HashPool['run']): HashPool['run'] =>
    (task) =>
      around(() => hash(task), task)
  hashPool.run = through(run)
  hashPool.acquireThread = async (options) => {
    const held = await acquireThread(options)
    return { run: through(held.run), [Symbol.dispose]: () => held[Symbol.dispose]() }
  }
  return () => Object.assign(hashPool, { run, acquireThread })
}

/** The tasks from now on. */
export function tasksOf(server: Server): HashTask[] {
  const tasks: HashTask[] = []
  aroundHashes(server, (hash, task) => {
    tasks.push(task)
    return hash()
  })
  return tasks
}

/** Something happens to an account when the next password has been hashed, and the account has not been read again. */
export function afterHashing(server: Server, change: () => Promise<unknown>): void {
  const putBack = aroundHashes(server, async (hash) => {
    putBack()
    const result = await hash()
    await change()
    return result
  })
}
