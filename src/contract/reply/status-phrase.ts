/** The reason phrases of RFC 9110 §15. Node has older phrases for two of them. */
/** An `import` of it would also load Node's `fetch`: 20 ms of CPU at the start of a program. */
const { STATUS_CODES } = process.getBuiltinModule('node:http')

const renamed: Readonly<Record<number, string>> = {
  413: 'Content Too Large',
  422: 'Unprocessable Content',
}

/** `Unknown` for a status without a phrase. */
export function statusPhrase(status: number): string {
  return renamed[status] ?? STATUS_CODES[status] ?? 'Unknown'
}
