/** What a status is called by RFC 9110 §15: Node has the older names of two. */
import { STATUS_CODES } from 'node:http'

const renamed: Readonly<Record<number, string>> = {
  413: 'Content Too Large',
  422: 'Unprocessable Content',
}

export function statusPhrase(status: number): string {
  return renamed[status] ?? STATUS_CODES[status] ?? 'Unknown'
}
