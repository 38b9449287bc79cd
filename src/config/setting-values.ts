/** The syntax of the values of settings: what each accepts, and what it says about any other. */
import { isIP } from 'node:net'
import { InvalidValue, type Read, requireValue } from './invalid-value.ts'
import { looksLikePostgres, postgresUrlFault } from './postgres-url.ts'
import { type SqliteDatabase, sqliteDatabase } from './sqlite-url.ts'

/** `--help` prints the range. */
export interface ReadInteger extends Read<number> {
  readonly range: string
}

/** A number of units, which `unit` converts. */
export function integer(min: number, max: number, unit = 1): ReadInteger {
  const read: Read<number> = (text) => {
    const number = Number(text)
    requireValue(text.trim() !== '' && Number.isFinite(number), 'must be a number')
    requireValue(Number.isInteger(number), 'must be a whole number')
    requireValue(number >= min, `must be at least ${min}`)
    requireValue(number <= max, `must be at most ${max}`)
    return number * unit
  }
  return Object.assign(read, { range: `${min} to ${max}` })
}

/** In milliseconds. */
export const seconds = (min: number, max: number) => integer(min, max, 1000)
export const days = (min: number, max: number) => integer(min, max, 86_400_000)

export function oneOf<const Name extends string>(...names: readonly Name[]): Read<Name> {
  return choice(names.map((name) => [name, name]))
}

/** Names that stand for values. */
export function choice<const Value>(choices: readonly (readonly [string, Value])[]): Read<Value> {
  return (text) => {
    const chosen = choices.find(([name]) => name === text)
    if (chosen) return chosen[1]
    throw new InvalidValue(`must be ${alternatives(choices.map(([name]) => name))}`)
  }
}

/** `a, b or c`. `Intl.ListFormat` would be 11 ms of CPU at each start. */
export function alternatives(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].join(' or ')
}

export const flag = choice([
  ['on', true],
  ['off', false],
])

/** Texts that are separated by commas. */
export function list(isValid: (text: string) => boolean, message: string): Read<readonly string[]> {
  return (text) => {
    const parts = text.split(',').map((part) => part.trim())
    const filled = parts.filter(Boolean)
    requireValue(filled.every(isValid), message)
    return filled
  }
}

/** Removes the line breaks and tabs that the parser of URLs ignores: headers and other programs do not. */
function readUrl(text: string, message: string): string {
  const trimmed = text.trim()
  requireValue(URL.canParse(trimmed), message)
  return trimmed.replace(/[\t\n\r]/g, '')
}

export const url: Read<string> = (text) => readUrl(text, 'must be a URL')

export const issuer: Read<string> = (text) => {
  const message = 'must be an http or https URL'
  const issuer = readUrl(text, message)
  requireValue(/^\s*https?:\/\//i.test(text), message)
  requireValue(!/[?#]/.test(issuer), 'must have no query and no fragment (RFC 8414 §2)')
  requireValue(
    /^https?:\/\/[^/]+(\/[\w~-][\w.~-]*)*\/?$/i.test(issuer),
    'must have a path of letters, digits, and -._~ only',
  )
  return issuer
}

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

export const secret: Read<string> = (text) => {
  const key = text.trim()
  requireValue(
    Buffer.byteLength(key) >= 32,
    'must be at least 32 bytes: openssl rand -hex 32 generates one',
  )
  requireValue(
    key !== tutorialKey,
    'is the key printed in the tutorial: openssl rand -hex 32 generates a new one',
  )
  return key
}

export interface Mailbox {
  /** Empty if there is none. */
  readonly name: string
  readonly address: string
}

/** `a@b`, or `Name <a@b>`. No line break: it would be a header of its own. */
export const mailbox: Read<Mailbox> = (text) => {
  const pattern =
    /^(?:(?<name>[^<>@\p{Cc}]*?) *<(?<named>[^\s<>@]+@[^\s<>@]+)>|(?<bare>[^\s<>@]+@[^\s<>@]+))$/u
  const { name = '', named, bare } = pattern.exec(text)?.groups ?? {}
  const address = named ?? bare
  if (address !== undefined) return { name: name.replace(/^"(.*)"$/, '$1'), address }
  throw new InvalidValue('must be an address: no-reply@example.com, or Name <no-reply@example.com>')
}

/** The schemes of URLs that are neither pages nor apps. */
const otherSchemes = ['javascript:', 'data:', 'vbscript:', 'file:']

/** Also an app's own scheme. The fragment is for the proof. */
export const appUrl: Read<string> = (text) => {
  const url = readUrl(text, 'must be a URL: https://app.example.com/account')
  const { username, password, protocol } = new URL(url)
  requireValue(!url.includes('#'), 'must have no fragment')
  requireValue(!otherSchemes.includes(protocol), 'must be a page or an app')
  const hasNoCredentials = username === '' && password === ''
  requireValue(hasNoCredentials, 'must have no user and no password: each mail would contain them')
  return url
}

export type Database = SqliteDatabase | { readonly kind: 'postgres'; readonly url: string }

/** Messages do not repeat the URL: it may contain a password. */
export const database: Read<Database> = (text) => {
  if (!looksLikePostgres(text)) return sqliteDatabase(text)
  const fault = postgresUrlFault(text)
  if (fault !== undefined) throw new InvalidValue(fault)
  return { kind: 'postgres', url: text }
}
