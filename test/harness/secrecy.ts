/**
 * Records every password, token and secret that a server receives or sends, and every line that it logs [J3].
 *
 * Node reports the requests (diagnostics_channel): the server contains no code for it. A server in a separate process imports this
 * file (`command.ts`) and passes its secrets on in a file.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The result of a file of tests. */
export interface Secrecy {
  readonly secrets: number
  readonly lines: number
  /** The log lines that contain a secret, with the kind of the secret. */
  readonly leaks: readonly string[]
}

/** Names of fields in forms, JSON and queries. */
const secretFields =
  /^(access_token|refresh_token|token|proof|(current_|new_)?password|(client_)?secret|assertion)$/

/** Short texts and words occur in any log. */
const isDistinctive = (secret: string) => secret.length >= 8 && !/^[a-z]+$/i.test(secret)

const secrets = new Map<string, string>()
const logs: string[] = []
const { TESSERA_SECRETS } = process.env

/** `what` is the kind of the secret. */
export function recordSecret(what: string, secret: string): void {
  if (!isDistinctive(secret) || secrets.has(secret)) return
  secrets.set(secret, what)
  if (TESSERA_SECRETS) appendFileSync(TESSERA_SECRETS, `${JSON.stringify([what, secret])}\n`)
}

/** Text of a log: lines or parts of lines. */
export function recordLog(text: string): void {
  logs.push(text)
}

/** The number of recorded texts. */
export function logLength(): number {
  return logs.length
}

export function loggedSince(length: number): string {
  return logs.slice(length).join('')
}

let folder: string | undefined

/** The options of Node and the environment with which a server in a separate process records its secrets. */
export function recordedProcess(): {
  node: readonly string[]
  env: Readonly<Record<string, string>>
} {
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
      recordSecret(what, secret)
    }
  }
  rmSync(folder, { recursive: true })
  folder = undefined
}

/** The result since the last call. */
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

/** As plain text, in JSON and in a URL. */
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

/** Wraps `push` of a request, which the parser calls with parts of the body, or `end` of a response. */
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
    recordSecret(`${scheme} credentials`, credentials)
    if (scheme.toLowerCase() !== 'basic') continue
    const [, ...rest] = Buffer.from(credentials, 'base64').toString().split(':')
    for (const secret of spelledOut(rest.join(':'))) recordSecret('client secret', secret)
  }
}

/** Finds the fields of a form, of JSON, or of malformed text that resembles them. */
function seeFields(text: string): void {
  for (const [, name = '', json = ''] of text.matchAll(/"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*")/g)) {
    if (secretFields.test(name)) for (const secret of fromJson(json)) recordSecret(name, secret)
  }
  for (const [, name = '', value = ''] of text.matchAll(/(?:^|&)([^&={}]*)=([^&]*)/g)) {
    if (secretFields.test(name)) for (const secret of spelledOut(value)) recordSecret(name, secret)
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
