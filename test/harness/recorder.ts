/**
 * What frames each file of tests: its answers (`answers-seen.ts`) and secrets (`secrecy.ts`) are handed over to be judged when all
 * tests have ended (`global-setup.ts`); its servers are stopped; it fails if it leaves the process changed for the next file.
 */
import { appendFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach } from 'vitest'
import { takeSeen } from './answers-seen.ts'
import { stopOpenServers } from './open-servers.ts'
import { changedSince, processState } from './process-state.ts'
import { loggedSince, logLength, takeSecrecy } from './secrecy.ts'

const before = processState()
let logged = 0

beforeEach(() => {
  logged = logLength()
})

/** A status alone does not say why. */
afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return
  const errors = loggedSince(logged)
    .split('\n')
    .filter((line) => /"level":[56]0\b/.test(line))
  if (errors.length > 0) process.stderr.write(`${task.name}: the log has\n${errors.join('\n')}\n`)
})

afterAll(async () => {
  await stopOpenServers()
  const { TESSERA_SEEN, TESSERA_SECRECY } = process.env
  const seen = takeSeen()
  const secrecy = takeSecrecy()
  if (TESSERA_SEEN && seen.length > 0) appendFileSync(TESSERA_SEEN, `${seen.join('\n')}\n`)
  if (TESSERA_SECRECY) appendFileSync(TESSERA_SECRECY, `${JSON.stringify(secrecy)}\n`)
  const changed = changedSince(before)
  if (changed.length > 0) throw new Error(`this file leaves changed: ${changed.join(', ')}`)
})
