/** Standard output, as slowly as its reader reads: a long list takes no memory here. */
import { once } from 'node:events'

/** Where the reader has gone, as `head` does, the command ends. */
export async function print(text: string): Promise<void> {
  const { stdout } = process
  if (!stdout.listeners('error').includes(endWhereUnread)) stdout.on('error', endWhereUnread)
  if (!stdout.write(text)) await once(stdout, 'drain')
}

function endWhereUnread(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error
  process.exit(0)
}

export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value, null, 2)}\n`)
}
