/** A thread that only verifies a password against a hash, in a loop: the upper bound of logins per second. */
import { parentPort, workerData } from 'node:worker_threads'
import { compareSync, hashSync } from 'bcrypt'

interface Loop {
  readonly cost: number
  readonly milliseconds: number
}

const { cost, milliseconds }: Loop = workerData
const hash = hashSync('secret123', cost)
const start = performance.now()
let hashes = 0
do {
  compareSync('secret123', hash)
  hashes += 1
} while (performance.now() - start < milliseconds)
parentPort?.postMessage((hashes * 1000) / (performance.now() - start))
