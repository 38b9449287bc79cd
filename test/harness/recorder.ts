/**
 * Runs around each file of tests. Passes its responses (`seen-responses.ts`) and secrets (`secrecy.ts`) to the checks after the
 * suite (`global-setup.ts`), stops its servers, and fails if the file leaves the state of the process changed.
 */
import { appendFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach } from 'vitest'
import { stopOpenServers } from './open-servers.ts'
import { changedSince, processState } from './process-state.ts'
import { loggedSince, logLength, takeSecrecy } from './secrecy.ts'
import { takeSeenResponses } from './seen-responses.ts'

const before = processState()
let logged = 0

beforeEach(() => {
  logged = logLength()
})

/** Prints the errors in the log, because a status alone does not tell the cause. */
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
  const seen = takeSeenResponses()
  const secrecy = takeSecrecy()
  if (TESSERA_SEEN && seen.length > 0) appendFileSync(TESSERA_SEEN, `${seen.join('\n')}\n`)
  if (TESSERA_SECRECY) appendFileSync(TESSERA_SECRECY, `${JSON.stringify(secrecy)}\n`)
  const changed = changedSince(before)
  if (changed.length > 0) throw new Error(`this file leaves changed: ${changed.join(', ')}`)
})
