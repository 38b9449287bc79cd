/**
 * Writes the log to standard output without blocking: lines are buffered up to a limit, and then dropped. Not pino's
 * own destination, because of J9: it keeps a process alive while the disk is full or the pipe is not read, and then leaves
 * partial lines between the lines of other workers.
 */
import { fstatSync, constants as modes, openSync, writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'

/** In characters: the limit of the buffer. */
const maxPending = 2 ** 20

/** The number of bytes that are written to a pipe atomically, even with other writers (PIPE_BUF). */
const maxAtomicWrite = 4096
const newline = 0x0a

/** In milliseconds: a pipe is soon read, a disk stays full. */
const retryDelayMs = (failures: number) => Math.min(2 ** failures, 100)

/** After this many consecutive failures, about half a second, the process ends without its last lines. */
const maxFailuresAtExit = 10

/** The lines of one turn of the event loop are written together. */
export function createLogOutput(): DestinationStream {
  // A write error must not end the process. If stdout is a socket, reading the property makes it non-blocking.
  process.stdout.on('error', () => {})
  const fd = nonBlockingStdout()
  let queued = ''
  /** Starts with a line of which the first `written` bytes are written. */
  let pending: Buffer = Buffer.alloc(0)
  let written = 0
  let isScheduled = false
  let failures = 0
  let isReported = false

  /** Returns whether everything is written. */
  function flush(): boolean {
    isScheduled = false
    try {
      while (pending.length > 0 || queued) {
        if (pending.length === 0) {
          pending = Buffer.from(queued)
          queued = ''
        }
        written += writeSync(fd, firstLines(pending.subarray(written)))
        const lineStart = pending.subarray(0, written).lastIndexOf(newline) + 1
        pending = pending.subarray(lineStart)
        written -= lineStart
        failures = 0
      }
      return true
    } catch (error) {
      failures += 1
      // A slow reader.
      if (codeOf(error) === 'EAGAIN') return false
      report(`cannot be written (${codeOf(error)})`)
      // This line may be written in part: it is repeated on a new line.
      if (pending[0] !== newline) pending = Buffer.concat([Buffer.of(newline), pending])
      written = 0
      return false
    }
  }
  function flushUntilDone(): void {
    if (flush()) return
    isScheduled = true
    setTimeout(flushUntilDone, retryDelayMs(failures)).unref()
  }
  function report(fault: string): void {
    if (isReported) return
    isReported = true
    try {
      writeSync(2, `tessera: standard output ${fault}: log lines will be missing\n`)
    } catch {
      // Standard error is closed too.
    }
  }
  process.once('exit', () => {
    while (failures < maxFailuresAtExit && !flush()) sleep(retryDelayMs(failures))
  })

  return {
    write(line) {
      if (queued.length + pending.length + line.length > maxPending) return report('is not read')
      queued += line
      if (isScheduled) return
      isScheduled = true
      setImmediate(flushUntilDone)
    },
  }
}

/** As many whole lines as are written atomically, or a single longer line. */
function firstLines(lines: Buffer): Buffer {
  if (lines.length <= maxAtomicWrite) return lines
  const end = lines.lastIndexOf(newline, maxAtomicWrite - 1)
  return lines.subarray(0, (end < 0 ? lines.indexOf(newline) : end) + 1)
}

/** Reopens a pipe: O_NONBLOCK on the inherited descriptor would apply to every process that shares it. */
function nonBlockingStdout(): number {
  const { fd } = process.stdout
  try {
    if (fstatSync(fd).isFIFO()) return openSync(`/dev/fd/${fd}`, modes.O_WRONLY | modes.O_NONBLOCK)
  } catch {
    // The pipe belongs to another user, or the system has no /dev/fd.
  }
  return fd
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
