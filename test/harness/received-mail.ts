/** Reads a mail as a recipient does, and records the proofs in it as secrets [J3]. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordSecret } from './secrecy.ts'

export interface ReceivedMail {
  /** By lower-case name, unfolded. */
  readonly headers: ReadonlyMap<string, string>
  readonly subject: string
  readonly to: string
  readonly text: string
  readonly html: string
  /** The fields of the link's fragment: `action`, `request_id`, `proof`. */
  readonly link: Readonly<Record<string, string>>
  /** As it is shown: XXXX-XXXX. */
  readonly code: string | undefined
  readonly raw: string
}

export function receivedMail(raw: string): ReceivedMail {
  const { headers, body } = partOf(raw)
  const parts = partsOf(headers, body)
  const content = (type: string) =>
    parts.find((part) => part.headers.get('content-type')?.startsWith(type))
  const [text, html] = ['text/plain', 'text/html'].map((type) => decodedBody(content(type)))
  const [, fragment = ''] = /https?:\/\/\S+#(\S+)/.exec(text ?? '') ?? []
  const link = Object.fromEntries(new URLSearchParams(fragment))
  const [code] = /\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b/.exec(text ?? '') ?? []
  for (const proof of [link.proof, code]) if (proof) recordSecret('proof of a mail', proof)
  return {
    headers,
    subject: decodedWords(headers.get('subject') ?? ''),
    to: headers.get('to') ?? '',
    text: text ?? '',
    html: html ?? '',
    link,
    code,
    raw,
  }
}

/** The mails in a MAIL_DIR, oldest first. */
export function mailsIn(folder: string): ReceivedMail[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .map((file) => receivedMail(readFileSync(join(folder, file), 'utf8')))
}

interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

function partOf(text: string): Part {
  const [head = '', ...rest] = text.replaceAll('\r\n', '\n').split('\n\n')
  const lines = head.replace(/\n[ \t]+/g, ' ').split('\n')
  const headers = lines.map((line) => {
    const [name = '', ...value] = line.split(':')
    return [name.toLowerCase(), value.join(':').trim()] as const
  })
  return { headers: new Map(headers), body: rest.join('\n\n') }
}

function partsOf(headers: Part['headers'], body: string): Part[] {
  const [, boundary] = /boundary="([^"]*)"/.exec(headers.get('content-type') ?? '') ?? []
  if (boundary === undefined) return [{ headers, body }]
  const parts = body.split(`--${boundary}`).slice(1, -1)
  // The line break before a boundary is part of it.
  return parts.map((part) => partOf(part.slice(1, -1)))
}

function decodedBody(part: Part | undefined): string {
  if (!part) return ''
  const encoding = part.headers.get('content-transfer-encoding')
  if (encoding === 'base64') return Buffer.from(part.body, 'base64').toString()
  if (encoding === 'quoted-printable') return quotedPrintable(part.body.replace(/=\n/g, ''))
  return part.body
}

function quotedPrintable(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

/** RFC 2047. */
function decodedWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind, words) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(words, 'base64').toString()
        : quotedPrintable(words.replaceAll('_', ' ')),
    )
}
