/** A thread that does nothing but compare a password with a hash, again and again: what a login cannot be faster than. */
import { parentPort, workerData } from 'node:worker_threads'
import { compareSync, hashSync } from 'bcrypt'

interface Loop {
  readonly cost: number
  readonly milliseconds: number
}

const { cost, milliseconds }: Loop = workerData
const hash = hashSync('secret123', cost)
const begun = performance.now()
let hashes = 0
do {
  compareSync('secret123', hash)
  hashes += 1
} while (performance.now() - begun < milliseconds)
parentPort?.postMessage((hashes * 1000) / (performance.now() - begun))
