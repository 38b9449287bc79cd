/** Runs the command line in the process of the test, with its own standard input and outputs. */
import { Console } from 'node:console'
import { Readable, Writable } from 'node:stream'
import { tessera } from '../../src/main.ts'
import type { Outcome } from './command.ts'

const pipeBytes = 65_536

/** One command at a time, because the outputs of the process are replaced. */
let running: string | undefined

export async function runInProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string,
  cli = tessera.cli,
): Promise<Outcome> {
  if (running) throw new Error(`still running: tessera ${running}`)
  running = args.join(' ')
  const [out, err] = [collector(), collector()]
  const restore = replaced(process, {
    stdin: Readable.from(inPieces(Buffer.from(input))),
    stdout: out.stream,
    stderr: err.stream,
  })
  const { exitCode } = process
  process.exitCode = undefined
  const restoreConsole = replaced(globalThis, { console: new Console(out.stream, err.stream) })
  try {
    const status = await cli(args, environment)
    return { status: status || Number(process.exitCode ?? 0), out: out.text(), err: err.text() }
  } finally {
    restore()
    restoreConsole()
    process.exitCode = exitCode
    running = undefined
  }
}

/** Returns a function that restores the properties. */
function replaced(object: object, values: Readonly<Record<string, unknown>>): () => void {
  const kept = Object.keys(values).map(
    (name) => [name, Object.getOwnPropertyDescriptor(object, name)] as const,
  )
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(object, name, { value, configurable: true, writable: true })
  return () => {
    for (const [name, descriptor] of kept)
      if (descriptor) Object.defineProperty(object, name, descriptor)
  }
}

/** In chunks as a pipe delivers them. */
function* inPieces(input: Buffer): Generator<Buffer> {
  for (let at = 0; at < input.length; at += pipeBytes) yield input.subarray(at, at + pipeBytes)
}

function collector(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    decodeStrings: true,
    write: (chunk, _encoding, done) => {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString() }
}
