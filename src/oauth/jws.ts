/**
 * Verifies compact JSON Web Signatures (RFC 7515 §5.2), synchronously on this thread.
 *
 * jose, which signs the tokens, verifies with WebCrypto, which hands every signature to libuv's thread pool and back: 82 µs of
 * CPU for an RS256 token, 32 µs here (`node test/bench/jws.ts`). `test/oauth/jws.test.ts` proves that both give the same verdict.
 */
import { createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import { type SigningAlg, signingAlgorithms } from '../config/signing-algorithms.ts'

type Members = Readonly<Record<string, unknown>>

export interface Jws {
  readonly header: Members
  readonly payload: Members
  /** What is signed. */
  readonly input: Buffer
  readonly signature: Buffer
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The parts of a token, none of them verified. Undefined where it is not a JWS of two JSON objects. */
export function parseJws(token: string): Jws | undefined {
  const parts = token.split('.')
  const [header, payload, signature] = parts.map(decoded)
  if (parts.length !== 3 || !header || !payload || !signature) return undefined
  const [headerMembers, payloadMembers] = [membersOf(header), membersOf(payload)]
  if (!headerMembers || !payloadMembers) return undefined
  const input = Buffer.from(`${parts[0]}.${parts[1]}`)
  return { header: headerMembers, payload: payloadMembers, input, signature }
}

/** Only of the one encoding that an issuer makes: base64url without padding, and with no stray bits at its end. */
function decoded(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined
}

function membersOf(text: Buffer): Members | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(text))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether this key signed it with this algorithm. What the header says of either is for the caller to compare. */
export function isSignedWith(
  { input, signature }: Pick<Jws, 'input' | 'signature'>,
  alg: SigningAlg,
  key: KeyObject,
): boolean {
  if (alg === 'HS256') {
    const mac = createHmac(signingAlgorithms.HS256.hash, key).update(input).digest()
    return mac.length === signature.length && timingSafeEqual(mac, signature)
  }
  return verify(signingAlgorithms[alg].hash, input, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
