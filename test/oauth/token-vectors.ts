/**
 * Genuine and forged access tokens, one row each. The tests over HTTP send them to a server; `jws.test.ts` compares the server's
 * verdict on each with that of jose.
 */
import { KeyObject } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, type JWK } from 'jose'
import {
  type Changes,
  compact,
  forged,
  type Sign,
  unsigned,
  withHmac,
  withKey,
  withServerKey,
} from '../harness/forged-token.ts'
import type { TestServer } from '../harness/test-server.ts'

export interface Vector {
  readonly what: string
  readonly token: (forge: Forge) => string | Promise<string>
  /** Whether the token itself is valid; its account may not exist. */
  readonly isAccepted: boolean
  /** Why the verdict of jose is the opposite. */
  readonly unlikeJose?: string
}

/** The material from which a row makes its token. */
export interface Forge {
  readonly genuine: string
  readonly alg: string
  /** Signs with the server's key. */
  readonly sign: Sign
  /** The server's public key. Absent with HS256. */
  readonly publicKey: KeyObject | undefined
  /** The server's JWKS, as published. */
  readonly published: string
  /** The attacker's key, of the same algorithm, or RS256 if that is HS256. */
  readonly attacker: { readonly sign: Sign; readonly publicKey: KeyObject; readonly jwk: JWK }
  /** A URL of the attacker. */
  readonly trap: string
  /** Seconds since 1970, by the server's clock. */
  readonly now: number
}

export async function forgeFor(
  server: TestServer,
  trap = 'http://127.0.0.1:9/keys',
): Promise<Forge> {
  const { alg, verifyWith } = server.services.signingKeys.current()
  const attackersAlg = alg === 'HS256' ? 'RS256' : alg
  const pair = await generateKeyPair(attackersAlg, { extractable: true })
  return {
    genuine: await server.token(),
    alg,
    sign: withServerKey(server),
    publicKey: verifyWith.type === 'public' ? verifyWith : undefined,
    published: await (await server.get('/.well-known/jwks.json')).text(),
    attacker: {
      sign: withKey(pair.privateKey, attackersAlg),
      publicKey: KeyObject.from(pair.publicKey),
      jwk: { ...(await exportJWK(pair.publicKey)), alg, use: 'sig', kid: 'mine' },
    },
    trap,
    // Read for each row: on a busy machine the first and the last are seconds apart.
    get now() {
      return Math.floor(server.services.now() / 1000)
    },
  }
}

type Make = Vector['token']

const right = (what: string, token: Make): Vector => ({ what, token, isAccepted: true })
const wrong = (what: string, token: Make): Vector => ({ what, token, isAccepted: false })
const unlikeJose = (why: string, rows: readonly Vector[]): Vector[] =>
  rows.map((row) => ({ ...row, unlikeJose: why }))

/** Signed with the server's key. */
const signed =
  (changes: Changes | ((forge: Forge) => Changes)): Make =>
  (forge) =>
    forged(forge.genuine, typeof changes === 'function' ? changes(forge) : changes, forge.sign)

type Members = Readonly<Record<string, unknown>>

/** One row per change. */
const headers = (row: typeof wrong, ...all: readonly Members[]): Vector[] =>
  all.map((header) => row(`the header ${shown(header)}`, signed({ header })))
const claimed = (row: typeof wrong, ...all: readonly Members[]): Vector[] =>
  all.map((claims) => row(`the claims ${shown(claims)}`, signed({ claims })))

function shown(value: unknown): string {
  return JSON.stringify(value, (_name, member) => (member === undefined ? 'absent' : member))
}

export const genuine = [
  right('the genuine token', (forge) => forge.genuine),
  right('a copy of it, signed again', signed({})),
]

export const garbage = [
  ...['x', 'a.b', 'a.b.c', '..', 'e30.e30.', 'e30.e30.e30', 'bnVsbA.bnVsbA.', 'W10.e30.x'],
  ...['a.b.c.d.e', 'undefined', '!"#$%', '{"alg":"RS256"}', 'x'.repeat(8000), '.'.repeat(8000)],
]

const otherAlgorithms = [
  ...['none', 'None', 'NONE', 'nOnE', '', 'HS256', 'HS384', 'RS256', 'RS384', 'RS512'],
  ...['PS256', 'ES256', 'ES384', 'EdDSA', 'rs256', 'es256', 'eddsa', 'hs256'],
  ...[null, 1, true, [], ['RS256'], {}],
]

export const algorithms = otherAlgorithms.flatMap((other) => {
  const header = ({ alg }: Forge) => ({ alg: other === alg ? 'none' : other })
  const what = `the algorithm ${shown(other)}`
  return [
    wrong(
      `${what}, signed with the right key`,
      signed((forge) => ({ header: header(forge) })),
    ),
    wrong(`${what}, unsigned`, (forge) =>
      forged(forge.genuine, { header: header(forge) }, unsigned),
    ),
    wrong(`${what}, unsigned, without a kid`, (forge) =>
      forged(forge.genuine, { header: { ...header(forge), kid: undefined } }, unsigned),
    ),
  ]
})

const publicForms: Readonly<Record<string, (forge: Forge) => string | Uint8Array>> = {
  'its PEM': pemOf,
  'its PEM without the last line feed': (forge) => pemOf(forge).trim(),
  'its DER': (forge) => Buffer.from(pemOf(forge).replace(/-----[^-]+-----|\s/g, ''), 'base64'),
  'its JWK': ({ publicKey }) => shown(publicKey?.export({ format: 'jwk' })),
  'the JWKS': ({ published }) => published,
  'the key of the JWKS': ({ published }) => shown(JSON.parse(published).keys[0]),
  'its modulus': (forge) => Buffer.from(modulusOf(forge), 'base64url'),
  'the base64url of its modulus': modulusOf,
  nothing: () => '',
}

function pemOf({ publicKey }: Forge): string {
  return String(publicKey?.export({ type: 'spki', format: 'pem' }))
}

function modulusOf({ publicKey }: Forge): string {
  return String(publicKey?.export({ format: 'jwk' }).n)
}

/** For a server with RS256. */
export const publicKeyAsSecret = Object.entries(publicForms).map(([name, form]) =>
  wrong(`HS256 with the public key as secret: ${name}`, (forge) =>
    forged(forge.genuine, { header: { alg: 'HS256' } }, withHmac(form(forge))),
  ),
)

const keyHeaders: Readonly<Record<string, (forge: Forge) => Members>> = {
  'none of it': () => ({}),
  jwk: ({ attacker: { jwk } }) => ({ jwk }),
  jku: ({ trap }) => ({ jku: trap }),
  x5u: ({ trap }) => ({ x5u: trap }),
  x5c: (forge) => ({ x5c: [derOf(forge)] }),
  'all of it': (forge) => {
    const { attacker, trap } = forge
    return { jwk: attacker.jwk, jku: trap, x5u: trap, x5c: [derOf(forge)] }
  },
}

function derOf({ attacker }: Forge): string {
  return attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
}

const attackersKids: Readonly<Record<string, (forge: Forge) => Members>> = {
  'the kid of the server': () => ({}),
  'a different kid': () => ({ kid: 'mine' }),
  'a URL as kid': ({ trap }) => ({ kid: trap }),
  'no kid': () => ({ kid: undefined }),
}

export const attackersKey = Object.entries(keyHeaders).flatMap(([members, header]) =>
  Object.entries(attackersKids).map(([name, kid]) =>
    wrong(`the attacker's key, ${members} in the header, and ${name}`, (forge) => {
      const changes = { header: { ...header(forge), ...kid(forge) } }
      return forged(forge.genuine, changes, forge.attacker.sign)
    }),
  ),
)

export const extensions = [
  ...headers(wrong, { crit: ['unknown'], unknown: true }, { crit: ['exp'] }, { crit: [] }),
  ...headers(wrong, { crit: 'b64' }, { crit: null }, { crit: ['b64'], b64: false }),
  ...unlikeJose(
    'jose ignores a b64 that crit does not list, and accepts b64: true (RFC 7797 §6): this server rejects both',
    headers(wrong, { b64: false }, { b64: true }, { crit: ['b64'], b64: true }),
  ),
]

const kids = [
  ...['unknown', '', '../../etc/passwd', '/dev/null', "' OR 1=1 --", "x' UNION SELECT 'AA==' --"],
  ...['__proto__', 'constructor', 'toString', 'current', '0', '%00', '\0', '|id', '字🦊'],
  ...['k'.repeat(5000), null, 1, true, [], {}, ['a'], undefined],
]

export const keyIds = kids.flatMap((kid, at) => [
  wrong(`the kid ${at}, signed with the right key`, signed({ header: { kid } })),
  wrong(`the kid ${at}, signed with the attacker's`, ({ genuine, attacker }) =>
    forged(genuine, { header: { kid } }, attacker.sign),
  ),
  wrong(`the kid ${at}, unsigned`, ({ genuine }) =>
    forged(genuine, { header: { kid, alg: 'none' } }, unsigned),
  ),
])

function textsOf({ genuine }: Forge): { header: string; payload: string } {
  const [header, payload] = [decodeProtectedHeader(genuine), decodeJwt(genuine)]
  return { header: JSON.stringify(header), payload: JSON.stringify(payload) }
}

type Edit = (text: string) => string | Uint8Array

/** With other texts for header and payload, signed with the server's key. */
const edited =
  (edits: { readonly header?: Edit; readonly payload?: Edit }): Make =>
  (forge) => {
    const { header, payload } = textsOf(forge)
    const { header: ofHeader = String, payload: ofPayload = String } = edits
    return compact(ofHeader(header), ofPayload(payload), forge.sign)
  }

const first = (member: string) => (text: string) => text.replace('{', `{${member},`)
const last = (member: string) => (text: string) => text.replace(/\}$/, `,${member}}`)
const latin1 = (text: string) => Buffer.from(first('"x":"\xff"')(text), 'latin1')

const notObjects = ['', 'null', '[]', '"x"', '1', '{', '{}', '{"exp":9999999999', '\0']
const deep = '[[[[[[[[[['.repeat(300)

export const texts = [
  ...[...notObjects, '{"alg":"RS256"', deep].map((text, at) =>
    wrong(`an invalid header (${at})`, edited({ header: () => text })),
  ),
  ...[...notObjects, deep].map((text, at) =>
    wrong(`an invalid payload (${at})`, edited({ payload: () => text })),
  ),
  wrong('a header that is not UTF-8', edited({ header: latin1 })),
  wrong('a payload that is not UTF-8', edited({ payload: latin1 })),
  right('a byte order mark', edited({ payload: (text) => `\uFEFF${text}` })),
  right('white space', edited({ header: (text) => ` ${text}\n`, payload: (text) => `\t${text} ` })),
  // The last one counts, as RFC 7515 §4 allows.
  right('two alg, the last one right', edited({ header: first('"alg":"none"') })),
  wrong('two alg, the last one wrong', edited({ header: last('"alg":"none"') })),
  wrong('two kid, the last one wrong', edited({ header: last('"kid":"x"') })),
  right('two exp, the last one right', edited({ payload: first('"exp":1') })),
  wrong('two exp, the last one past', edited({ payload: last('"exp":1') })),
  wrong('two iss, the last one wrong', edited({ payload: last('"iss":"x"') })),
  right('a claim named __proto__', edited({ payload: first('"__proto__":{"exp":1}') })),
  wrong('claims in __proto__ only', edited({ payload: (text) => `{"__proto__":${text}}` })),
]

const evil = 'https://evil.example'

export const issuers = [
  ...claimed(wrong, { iss: evil }, { iss: 'http://127.0.0.1' }, { iss: '' }, { iss: null }),
  ...claimed(wrong, { iss: undefined }, { iss: [] }, { aud: evil }, { aud: [evil, 'x'] }),
  ...claimed(wrong, { aud: [] }, { aud: '' }, { aud: null }, { aud: undefined }),
  ...claimed(wrong, { aud: 1 }, { aud: {} }),
  wrong(
    'the issuer with a slash added',
    signed(({ genuine }) => ({ claims: { iss: `${decodeJwt(genuine).iss}/` } })),
  ),
  wrong(
    'the audience with a slash added',
    signed(({ genuine }) => ({ claims: { aud: `${decodeJwt(genuine).aud}/` } })),
  ),
  wrong(
    'the issuer in a list',
    signed(({ genuine }) => ({ claims: { iss: [decodeJwt(genuine).iss] } })),
  ),
  right(
    'the audience among others',
    signed(({ genuine }) => ({ claims: { aud: ['x', 1, decodeJwt(genuine).aud] } })),
  ),
]

export const claims = [
  ...claimed(wrong, { exp: undefined }, { exp: null }, { exp: 'never' }, { exp: '9999999999' }),
  ...claimed(wrong, { exp: [9_999_999_999] }, { exp: 0 }, { exp: -1 }),
  ...claimed(wrong, { nbf: 'now' }, { nbf: '0' }, { nbf: null }, { nbf: [0] }),
  ...claimed(wrong, { iat: undefined }, { iat: 'now' }, { iat: '1' }, { iat: null }),
  ...claimed(wrong, { sub: undefined }, { client_id: undefined }, { jti: undefined }),
  ...claimed(wrong, { sid: undefined }, { scope: undefined }),
  ...unlikeJose('jose checks that a required claim is present, but not its type', [
    ...claimed(wrong, { sub: 1 }, { sub: {} }, { client_id: {} }, { jti: 1 }),
    ...claimed(wrong, { sid: 1 }, { sid: ['s_1'] }, { scope: ['me:read'] }, { scope: null }),
  ]),
]

/** Valid tokens of unknown accounts. */
export const strangers = claimed(right, { sub: '' }, { sub: "' OR 1=1 --" })

const otherTypes = [
  ...['JWT', 'jwt', 'id+jwt', 'rt+jwt', 'at', '', 'x.at+jwt', 'at+jwt.x', 'x/at+jwt', ' at+jwt'],
  ...[null, undefined, 1, ['at+jwt']],
]
const rightTypes = ['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt']

export const types = [
  ...otherTypes.flatMap((typ) => headers(wrong, { typ })),
  ...rightTypes.flatMap((typ) => headers(right, { typ })),
]

/** In seconds from the server's current time. */
const inSeconds = (seconds: number, name: string): Make =>
  signed(({ now }) => ({ claims: { [name]: now + seconds } }))

export const times = [
  right('an exp 2 seconds ago', inSeconds(-2, 'exp')),
  right('an exp 2.5 seconds ago', inSeconds(-2.5, 'exp')),
  wrong('an exp 5 seconds ago', inSeconds(-5, 'exp')),
  right('an nbf in 4 seconds', inSeconds(4, 'nbf')),
  right('an nbf in 0.5 seconds', inSeconds(0.5, 'nbf')),
  wrong('an nbf in 10 seconds', inSeconds(10, 'nbf')),
  ...claimed(wrong, { nbf: 9_999_999_999 }),
  right('an iat in 115 seconds', inSeconds(115, 'iat')),
  right('an iat half a second ago', inSeconds(-0.5, 'iat')),
  right('an exp nearly a day after iat', inSeconds(86_000, 'exp')),
  ...unlikeJose('jose has no maximum lifetime', [
    wrong('an exp more than a day after iat', inSeconds(86_500, 'exp')),
    ...claimed(wrong, { exp: 1e18 }, { iat: -1e18 }),
    wrong(
      'an infinite exp',
      edited({ payload: (text) => text.replace(/"exp":\d+/, '"exp":1e999') }),
    ),
  ]),
  ...unlikeJose('jose compares iat with the clock only with maxTokenAge', [
    wrong('an iat in 130 seconds', inSeconds(130, 'iat')),
    ...claimed(wrong, { iat: 9_999_999_999, exp: 9_999_999_999 }),
  ]),
]

const signatureOf = (token: string) => token.slice(token.lastIndexOf('.') + 1)
const inputOf = (token: string) => token.slice(0, token.lastIndexOf('.'))

/** Header and payload with an incomplete last base64url group, edited, and signed with the server's key. */
const respelled =
  (edit: (header: string, payload: string) => [string, string]): Make =>
  async (forge) => {
    const { header, payload } = textsOf(forge)
    const input = edit(unaligned(header), unaligned(payload)).join('.')
    return `${input}.${Buffer.from(await forge.sign(Buffer.from(input))).toString('base64url')}`
  }

function unaligned(text: string): string {
  return Buffer.from(text.length % 3 === 0 ? `${text} ` : text).toString('base64url')
}

const withSignature =
  (edit: (signature: string) => string): Make =>
  ({ genuine }) =>
    `${inputOf(genuine)}.${edit(signatureOf(genuine))}`

const padded = (part: string) => part + '='.repeat(-part.length & 3)

/** An impossible length of base64url: one character more than complete groups of four. */
const oneOver = (part: string) => `${part}${'A'.repeat((5 - (part.length % 4)) % 4)}`

/** With a different last character that decodes to the same bytes. */
function strayBits(part: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return part.slice(0, -1) + letters[letters.indexOf(part.at(-1) ?? '') + 1]
}

export const encodings = [
  wrong(
    'a header of an impossible length',
    respelled((h, p) => [oneOver(h), p]),
  ),
  wrong(
    'a payload of an impossible length',
    respelled((h, p) => [h, oneOver(p)]),
  ),
  wrong(
    'a character that is not base64url',
    respelled((h, p) => [h, `${p}*`]),
  ),
  wrong(
    'base64 instead of base64url',
    withSignature((s) => `+/${s.slice(2)}`),
  ),
  ...unlikeJose('jose decodes padding, white space, and stray bits at the end of base64url', [
    wrong(
      'a header with a line feed',
      respelled((h, p) => [`${h}\n`, p]),
    ),
    wrong(
      'a payload after a space',
      respelled((h, p) => [h, ` ${p}`]),
    ),
    wrong(
      'a header with padding',
      respelled((h, p) => [padded(h), p]),
    ),
    wrong(
      'a payload with padding',
      respelled((h, p) => [h, padded(p)]),
    ),
    wrong(
      'a header with stray bits',
      respelled((h, p) => [strayBits(h), p]),
    ),
    wrong(
      'a payload with stray bits',
      respelled((h, p) => [h, strayBits(p)]),
    ),
  ]),
]

const signatureEndings = unlikeJose('jose decodes padding and stray bits', [
  wrong('a signature with padding', withSignature(padded)),
  wrong('a signature with stray bits', withSignature(strayBits)),
])

/** The length of their signatures is a multiple of three bytes, which base64url encodes without padding or stray bits. */
const withoutEnding = ['HS384', 'ES384', 'ES512', 'Ed448']

export const signatures = [
  wrong(
    'no signature',
    withSignature(() => ''),
  ),
  wrong('no signature and no dot', ({ genuine }) => inputOf(genuine)),
  wrong(
    'a truncated signature',
    withSignature((s) => s.slice(0, -4)),
  ),
  wrong(
    'one byte of a signature',
    withSignature((s) => s.slice(0, 2)),
  ),
  wrong(
    'a signature with bytes added',
    withSignature((s) => `${s}AAAA`),
  ),
  wrong(
    'a fourth part',
    withSignature((s) => `${s}.AAAA`),
  ),
  wrong(
    'a changed signature',
    withSignature((s) => (s.startsWith('A') ? 'B' : 'A') + s.slice(1)),
  ),
  wrong(
    'a signature of zeros',
    withSignature((s) => 'A'.repeat(s.length)),
  ),
  wrong(
    'a signature of ones',
    withSignature((s) => `${'_'.repeat(s.length - 1)}w`),
  ),
  wrong('the signature of the attacker', ({ genuine, attacker }) =>
    forged(genuine, {}, attacker.sign),
  ),
  wrong('the signature of a different token', ({ genuine }) =>
    forged(genuine, { claims: { scope: 'users:write' } }, () =>
      Buffer.from(signatureOf(genuine), 'base64url'),
    ),
  ),
  wrong('a MAC with a guessed secret', ({ genuine }) => forged(genuine, {}, withHmac('a guess'))),
]

/** r and s, 32 bytes each, concatenated. */
const halves = (signature: string): [Buffer, Buffer] => {
  const bytes = Buffer.from(signature, 'base64url')
  return [bytes.subarray(0, 32), bytes.subarray(32)]
}

/** r and s in DER, the default of most libraries, are not a JWS signature (RFC 7518 §3.4). */
const ofEs256 = [
  wrong(
    'a signature in DER',
    withSignature((signature) => {
      const integers = halves(signature).flatMap((bytes) => [0x02, 33, 0, ...bytes])
      return Buffer.from([0x30, integers.length, ...integers]).toString('base64url')
    }),
  ),
]

/** Adding the order of the group to S gives a second valid signature if the size of S is not checked (RFC 8032 §5.1.7). */
const ofEddsa = [
  wrong(
    'a signature with an S above the order of the group',
    withSignature((signature) => {
      const order = 2n ** 252n + 27742317777372353535851937790883648493n
      const [r, s] = halves(signature)
      const above = BigInt(`0x${Buffer.from(s).reverse().toString('hex')}`) + order
      const bytes = Buffer.from(above.toString(16).padStart(64, '0'), 'hex').reverse()
      return Buffer.concat([r, bytes]).toString('base64url')
    }),
  ),
]

/** All rows for a server with this algorithm. */
export function vectorsOf(alg: string): Vector[] {
  const groups = [
    garbage.map((text) => wrong(text.slice(0, 40), () => text)),
    ...[genuine, algorithms, attackersKey, extensions, keyIds, texts],
    ...[issuers, claims, strangers, types, times, encodings, signatures],
    ...(withoutEnding.includes(alg) ? [] : [signatureEndings]),
    ...(alg === 'RS256' ? [publicKeyAsSecret] : []),
    ...(alg === 'ES256' ? [ofEs256] : []),
    ...(alg === 'EdDSA' ? [ofEddsa] : []),
  ]
  return groups.flat()
}
