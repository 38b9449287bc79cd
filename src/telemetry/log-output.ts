/** Standard output for the log: nobody waits for it. What cannot be written waits itself, and what is too much is dropped. */
import { fstatSync, constants as modes, openSync, writeSync } from 'node:fs'

/** How many characters may wait. */
const mostWaiting = 2 ** 20

/** What a pipe takes as a whole, of several workers that write to it (PIPE_BUF). */
const mostAtOnce = 4096
const lineEnd = 0x0a

/** When what could not be written is tried again, in milliseconds: a pipe is soon read, a disk stays full. */
const retryMs = (tries: number) => Math.min(2 ** tries, 100)

/** How often it is tried before the process ends without it: for about half a second. */
const mostTries = 10

export interface LogOutput {
  write(line: string): void
}

/** The lines of one turn of the event loop are written at once. */
export function createLogOutput(): LogOutput {
  // Whoever else writes to it is no reason to end either. Where it is a socket, this is what makes Node not wait for it.
  process.stdout.on('error', () => {})
  const fd = withoutWaiting()
  let waiting = ''
  /** What is being written, and the same from the beginning of the line that is written in part. */
  let begun: Buffer = Buffer.alloc(0)
  let torn: Buffer | undefined
  let isPlanned = false
  let tries = 0
  let hasComplained = false

  /** Whether all has been written. */
  const flush = (): boolean => {
    isPlanned = false
    try {
      while (begun.length > 0 || waiting) {
        if (begun.length === 0) {
          begun = Buffer.from(waiting)
          waiting = ''
        }
        taken(writeSync(fd, firstLines(begun)))
        tries = 0
      }
      return true
    } catch (error) {
      tries += 1
      // A reader that is slow is no fault.
      if (codeOf(error) === 'EAGAIN') return false
      complain(`cannot be written (${codeOf(error)})`)
      // Others may write before it goes on: the line is written once more, as one of its own.
      if (begun[0] !== lineEnd) begun = Buffer.concat([Buffer.of(lineEnd), torn ?? begun])
      torn = undefined
      return false
    }
  }
  const taken = (bytes: number) => {
    const line = begun.lastIndexOf(lineEnd, bytes - 1) + 1
    if (bytes > 0 && (line > 0 || !torn)) torn = line < bytes ? begun.subarray(line) : undefined
    begun = begun.subarray(bytes)
  }
  const attempt = () => {
    if (flush()) return
    isPlanned = true
    setTimeout(attempt, retryMs(tries)).unref()
  }
  const complain = (fault: string) => {
    if (hasComplained) return
    hasComplained = true
    try {
      writeSync(2, `tessera: standard output ${fault}: lines of the log will be missing\n`)
    } catch {
      // There is nobody left to tell.
    }
  }
  process.once('exit', () => {
    while (tries < mostTries && !flush()) sleep(retryMs(tries))
  })

  return {
    write(line) {
      if (waiting.length + begun.length + line.length > mostWaiting)
        return complain('is not read any more')
      waiting += line
      if (isPlanned) return
      isPlanned = true
      setImmediate(attempt)
    },
  }
}

/** Whole lines, as many as are never mixed with those of others, or one that is longer. */
function firstLines(lines: Buffer): Buffer {
  if (lines.length <= mostAtOnce) return lines
  const end = lines.lastIndexOf(lineEnd, mostAtOnce - 1)
  return lines.subarray(0, (end < 0 ? lines.indexOf(lineEnd) : end) + 1)
}

/** A pipe is opened once more: not to wait is then settled for this process alone, and not for all who share it. */
function withoutWaiting(): number {
  const { fd } = process.stdout
  try {
    if (fstatSync(fd).isFIFO()) return openSync(`/dev/fd/${fd}`, modes.O_WRONLY | modes.O_NONBLOCK)
  } catch {
    // Another user's, or a system that has no such folder.
  }
  return fd
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
