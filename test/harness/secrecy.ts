/**
 * J3: every password, token and secret that a server of the suite is sent or sends, and every line that it logs.
 *
 * Node itself reports the requests (diagnostics_channel), so that nothing in the server knows of it. A server in a process of its own
 * loads this file before itself (`command.ts`) and hands its secrets over in a file.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a file of tests leaves. */
export interface Secrecy {
  readonly secrets: number
  readonly lines: number
  /** The lines that hold one, with what it is. */
  readonly leaks: readonly string[]
}

/** Fields of forms, of JSON and of queries. */
const secretFields =
  /^(access_token|refresh_token|token|(current_|new_)?password|(client_)?secret|assertion)$/

/** Shorter ones are in every text, and so are words. */
const isTelling = (secret: string) => secret.length >= 8 && !/^[a-z]+$/i.test(secret)

const secrets = new Map<string, string>()
const logs: string[] = []
const { TESSERA_SECRETS } = process.env

/** A secret, and what it is. */
export function used(what: string, secret: string): void {
  if (!isTelling(secret) || secrets.has(secret)) return
  secrets.set(secret, what)
  if (TESSERA_SECRETS) appendFileSync(TESSERA_SECRETS, `${JSON.stringify([what, secret])}\n`)
}

/** Text of a log: one or more lines of it, or a piece of one. */
export function logged(text: string): void {
  logs.push(text)
}

/** How many pieces of log have come together. */
export function logLength(): number {
  return logs.length
}

export function loggedSince(length: number): string {
  return logs.slice(length).join('')
}

let folder: string | undefined

/** What Node is to be given for a server in a process of its own: options, and what is added to the environment. */
export function elsewhere(): { node: readonly string[]; env: Readonly<Record<string, string>> } {
  folder ??= mkdtempSync(join(tmpdir(), 'tessera-secrets-'))
  return {
    node: ['--import', import.meta.url],
    env: { TESSERA_SECRETS: join(folder, 'secrets') },
  }
}

function gather(): void {
  if (!folder) return
  for (const file of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) {
      const [what, secret] = JSON.parse(line)
      used(what, secret)
    }
  }
  rmSync(folder, { recursive: true })
  folder = undefined
}

/** What has come together since the last call. */
export function takeSecrecy(): Secrecy {
  gather()
  const taken = judged()
  secrets.clear()
  logs.length = 0
  return taken
}

function judged(): Secrecy {
  const log = logs.join('')
  const lines = log.split('\n').filter(Boolean)
  const found = [...secrets].filter(([secret]) => spellings(secret).some((s) => log.includes(s)))
  const leaks = found.flatMap(([secret, what]) =>
    lines
      .filter((line) => spellings(secret).some((spelling) => line.includes(spelling)))
      .slice(0, 1)
      .map(
        (line) => `a log line has the ${what} ${JSON.stringify(secret)}: ${line.slice(0, 1000)}`,
      ),
  )
  return { secrets: secrets.size, lines: lines.length, leaks }
}

/** As it stands, in JSON, and in a URL. */
function spellings(secret: string): string[] {
  const inUrl = new URLSearchParams([['', secret]]).toString().slice(1)
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), inUrl])]
}

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
  seeHeaders(request)
  seeFields(new URL(request.url ?? '', 'http://host').search.slice(1))
  request.push = collecting(request.push)
  response.end = collecting(response.end)
})

/** The method, with its first argument looked at: the parser pushes what has come of a body, an answer ends with its own. */
function collecting<Method extends IncomingMessage['push'] | ServerResponse['end']>(
  method: Method,
): Method {
  return function collected(this: unknown, ...args: Parameters<Method>) {
    const [chunk] = args
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) seeFields(String(chunk))
    return Reflect.apply(method, this, args)
  } as Method
}

function seeHeaders({ headersDistinct: { authorization = [] } }: IncomingMessage): void {
  for (const header of authorization) {
    const [, scheme = '', credentials = ''] = /^(\S+) +(.*)$/.exec(header) ?? []
    used(`${scheme} credentials`, credentials)
    if (scheme.toLowerCase() !== 'basic') continue
    const [, ...rest] = Buffer.from(credentials, 'base64').toString().split(':')
    for (const secret of spelledOut(rest.join(':'))) used('client secret', secret)
  }
}

/** Of a form, of JSON, or of what looks like either. */
function seeFields(text: string): void {
  for (const [, name = '', json = ''] of text.matchAll(/"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*")/g)) {
    if (secretFields.test(name)) for (const secret of fromJson(json)) used(name, secret)
  }
  for (const [, name = '', value = ''] of text.matchAll(/(?:^|&)([^&={}]*)=([^&]*)/g)) {
    if (secretFields.test(name)) for (const secret of spelledOut(value)) used(name, secret)
  }
}

function fromJson(text: string): string[] {
  try {
    return [JSON.parse(text)]
  } catch {
    return [text.slice(1, -1)]
  }
}

function spelledOut(text: string): string[] {
  const [decoded] = new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).values()
  return [text, decoded ?? text]
}
