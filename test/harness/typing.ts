/** Runs the command line at a pseudo-terminal, which Python provides, and types at its prompts. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))
const inTerminal =
  'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'

export interface Typed {
  readonly status: number | null
  /** What the terminal showed. */
  readonly shown: string
}

/** Types the next text at each of the prompts. */
export function typing(
  args: readonly string[],
  prompts: RegExp,
  inputs: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Typed> {
  const { PATH = '' } = process.env
  const command = [process.execPath, start, ...args]
  const child = spawn('python3', ['-c', inTerminal, ...command], { env: { PATH, ...settings } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const left = [...inputs]
  let shown = ''
  child.stdout.on('data', (chunk) => {
    shown += chunk
    const asked = shown.match(prompts) ?? []
    if (asked.length > inputs.length - left.length) child.stdin.write(left.shift() ?? '')
  })
  return new Promise((done) => child.on('close', (status) => done({ status, shown })))
}
