/** The syntax of the values of settings: what each accepts, and what it says about any other. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { looksLikePostgres, postgresUrlFault } from './postgres-url.ts'
import { smtpServer } from './smtp-url.ts'
import { sqliteDatabase } from './sqlite-url.ts'

export const integer = (min: number, max: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
/** In milliseconds. */
export const seconds = (min: number, max: number) =>
  integer(min, max).transform((count) => count * 1000)
export const days = (min: number, max: number) =>
  integer(min, max).transform((count) => count * 86_400_000)
/** As `--help` prints it; undefined if the value is no number. */
export function rangeOf(schema: z.ZodType): string | undefined {
  const number = schema instanceof z.ZodPipe ? schema.in : schema
  return number instanceof z.ZodNumber ? `${number.minValue} to ${number.maxValue}` : undefined
}

export const flag = z
  .enum(['on', 'off'], { error: 'must be on or off' })
  .transform((value) => value === 'on')
export const list = z.string().transform((value): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)
export const issuer = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((url) => !/[?#]/.test(url), 'must have no query and no fragment (RFC 8414 §2)')
  .refine(
    (url) => /^https?:\/\/[^/]+(\/[\w~-][\w.~-]*)*\/?$/i.test(url),
    'must have a path of letters, digits, and -._~ only',
  )

/** As browsers send it. `*` stands for one label, with at least two after it. URLs of app shells have no canonical form to compare with. */
export function isOrigin(text: string): boolean {
  const url = text.replace(/^(https?:\/\/)\*(?=(\.[^.:/]+){2,}(:\d+)?$)/, '$1x')
  if (url.includes('*')) return false
  if (/^https?:/i.test(url)) return URL.canParse(url) && new URL(url).origin === url
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d+)?$/.test(url)
}

/** An address, a subnet such as `10.0.0.0/8`, or one of the names that Express has for subnets. */
export function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [, address = '', bits = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? []
  const maxBits = { 4: 32, 6: 128 }[isIP(address)] ?? 0
  return Number(bits) >= 1 && Number(bits) <= maxBits
}

/** Public: the tutorial prints it. */
const tutorialKey = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'
export const secret = z
  .string()
  .trim()
  .refine(
    (key) => Buffer.byteLength(key) >= 32,
    'must be at least 32 bytes: openssl rand -hex 32 generates one',
  )
  .refine(
    (key) => key !== tutorialKey,
    'is the key printed in the tutorial: openssl rand -hex 32 generates a new one',
  )

export const smtpUrl = z.string().transform((url, { addIssue }) => {
  const server = smtpServer(url)
  if (typeof server !== 'string') return server
  addIssue(server)
  return z.NEVER
})

export interface Mailbox {
  /** Empty if there is none. */
  readonly name: string
  readonly address: string
}

/** `a@b`, or `Name <a@b>`. No line break: it would be a header of its own. */
export const mailbox = z.string().transform((text, { addIssue }): Mailbox => {
  const pattern =
    /^(?:(?<name>[^<>@\p{Cc}]*?) *<(?<named>[^\s<>@]+@[^\s<>@]+)>|(?<bare>[^\s<>@]+@[^\s<>@]+))$/u
  const { name = '', named, bare } = pattern.exec(text)?.groups ?? {}
  const address = named ?? bare
  if (address !== undefined) return { name: name.replace(/^"(.*)"$/, '$1'), address }
  addIssue('must be an address: no-reply@example.com, or Name <no-reply@example.com>')
  return z.NEVER
})

function hasNoCredentials(text: string): boolean {
  const { username = '', password = '' } = URL.canParse(text) ? new URL(text) : {}
  return username === '' && password === ''
}

/** Also an app's own scheme. The fragment is for the proof. */
export const appUrl = z
  .url({ error: 'must be a URL: https://app.example.com/account' })
  .refine((url) => !url.includes('#'), 'must have no fragment')
  .refine((url) => !/^(?:javascript|data|vbscript|file):/i.test(url), 'must be a page or an app')
  .refine(hasNoCredentials, 'must have no user and no password: each mail would contain them')

/** Error texts do not repeat the URL: it may contain a password. */
export function database() {
  return z.string().transform((url, { addIssue }) => {
    const database = looksLikePostgres(url)
      ? (postgresUrlFault(url) ?? ({ kind: 'postgres', url } as const))
      : sqliteDatabase(url)
    if (typeof database !== 'string') return database
    addIssue(database)
    return z.NEVER
  })
}
