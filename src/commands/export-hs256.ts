/** `tessera keys export-hs256`: the key with which services of one's own verify HS256 tokens. */
import type { Config } from '../config.ts'
import { hs256Key } from '../security/signing-keys.ts'
import { secretOf } from '../services.ts'

/** Prints it as a JWK (RFC 7517): whoever has it can make tokens. */
export function exportHs256(config: Config): void {
  const k = Buffer.from(hs256Key(secretOf(config))).toString('base64url')
  process.stdout.write(`${JSON.stringify({ kty: 'oct', alg: 'HS256', use: 'sig', k })}\n`)
}
