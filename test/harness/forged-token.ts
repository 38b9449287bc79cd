/** Forged tokens: a genuine one with a changed header, changed claims or a different signature. */
import { createHmac } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { TestServer } from './test-server.ts'

/** A member that is `undefined` is removed. */
export interface Changes {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

export type Sign = (input: Buffer<ArrayBuffer>) => Promise<Uint8Array> | Uint8Array

/** The genuine token with these changes, signed again. */
export async function forged(
  genuine: string,
  { header, claims }: Changes,
  sign: Sign,
): Promise<string> {
  return compact(
    JSON.stringify({ ...decodeProtectedHeader(genuine), ...header }),
    JSON.stringify({ ...decodeJwt(genuine), ...claims }),
    sign,
  )
}

/** A compact JWS of any two texts. */
export async function compact(
  header: string | Uint8Array,
  payload: string | Uint8Array,
  sign: Sign,
): Promise<string> {
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${base64url(await sign(Buffer.from(input)))}`
}

function base64url(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url')
}

/** With the signing key of the server. */
export function withServerKey({ services }: Pick<TestServer, 'services'>): Sign {
  const { signWith, alg } = services.signingKeys.current()
  return withKey(signWith, alg)
}

/** For algorithms whose name ends with the length of the hash, such as `ES256`, and `EdDSA`. */
export function withKey(key: CryptoKey, alg: string): Sign {
  const algorithm = { name: key.algorithm.name, hash: `SHA-${alg.slice(-3)}` }
  return async (input) => new Uint8Array(await crypto.subtle.sign(algorithm, key, input))
}

export function withHmac(secret: string | Uint8Array): Sign {
  return (input) => createHmac('sha256', secret).update(input).digest()
}

export const unsigned: Sign = () => new Uint8Array()
