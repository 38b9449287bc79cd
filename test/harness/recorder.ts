/**
 * Hands over what a file of tests has seen: the answers (`answers-seen.ts`) and the secrets (`secrecy.ts`), a file of lines each, which
 * are judged when all tests have ended (`global-setup.ts`). Node itself reports both (diagnostics_channel): nothing in the server
 * knows of it.
 */
import { appendFileSync } from 'node:fs'
import { afterAll } from 'vitest'
import { takeSeen } from './answers-seen.ts'
import { takeSecrecy } from './secrecy.ts'

afterAll(() => {
  const { TESSERA_SEEN, TESSERA_SECRECY } = process.env
  const seen = takeSeen()
  const secrecy = takeSecrecy()
  if (TESSERA_SEEN && seen.length > 0) appendFileSync(TESSERA_SEEN, `${seen.join('\n')}\n`)
  if (TESSERA_SECRECY) appendFileSync(TESSERA_SECRECY, `${JSON.stringify(secrecy)}\n`)
})
