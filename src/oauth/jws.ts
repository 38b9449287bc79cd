/**
 * Compact JSON Web Signatures (RFC 7515 §5.2), verified at once and on this thread: WebCrypto hands each signature to
 * libuv's pool and back, which costs three times what the arithmetic does.
 */
import { createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { SigningAlg } from '../config/config.ts'

type Members = Readonly<Record<string, unknown>>

export interface Jws {
  readonly header: Members
  readonly payload: Members
  /** What is signed. */
  readonly input: Buffer
  readonly signature: Buffer
}

/** The parts of a token, none of them believed yet. Nothing where it is no JWS of two JSON objects. */
export function parseJws(token: string): Jws | undefined {
  const [, encodedHeader = '', encodedPayload = '', encodedSignature = ''] =
    /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token) ?? []
  const signature = Buffer.from(encodedSignature, 'base64url')
  // base64url has more than one spelling of some bytes: only one of them is the token that was issued.
  if (encodedSignature === '' || signature.toString('base64url') !== encodedSignature)
    return undefined
  const header = membersOf(encodedHeader)
  const payload = membersOf(encodedPayload)
  if (!header || !payload) return undefined
  return { header, payload, input: Buffer.from(`${encodedHeader}.${encodedPayload}`), signature }
}

function membersOf(encoded: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether this key has signed it with this algorithm. What its header says of either is not asked. */
export function isSignedWith(
  { input, signature }: Pick<Jws, 'input' | 'signature'>,
  alg: SigningAlg,
  key: KeyObject,
): boolean {
  switch (alg) {
    case 'RS256':
      return verify('sha256', input, key, signature)
    case 'ES256':
      return verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)
    case 'EdDSA':
      return verify(null, input, key, signature)
    case 'HS256': {
      const mac = createHmac('sha256', key).update(input).digest()
      return mac.length === signature.length && timingSafeEqual(mac, signature)
    }
  }
}
