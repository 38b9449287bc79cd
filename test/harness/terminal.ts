/** Runs the command line within the test's own process, with a standard input and outputs that are the test's. */
import { Readable, Writable } from 'node:stream'
import { commandLine } from '../../src/main.ts'
import type { Outcome } from './command.ts'

const pipeBytes = 65_536

/** One at a time: the outputs are those of the process. */
let last: Promise<unknown> = Promise.resolve()

export function runHere(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string,
): Promise<Outcome> {
  const outcome = last.then(() => run(args, environment, input))
  last = outcome.catch(() => {})
  return outcome
}

async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string,
): Promise<Outcome> {
  const [out, err] = [collector(), collector()]
  const streams = {
    stdin: Readable.from(inPieces(Buffer.from(input))),
    stdout: out.stream,
    stderr: err.stream,
  }
  const kept = Object.keys(streams).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const,
  )
  for (const [name, value] of Object.entries(streams))
    Object.defineProperty(process, name, { value, configurable: true })
  try {
    const status = await commandLine(args, environment)
    return { status, out: out.text(), err: err.text() }
  } finally {
    for (const [name, descriptor] of kept)
      if (descriptor) Object.defineProperty(process, name, descriptor)
  }
}

/** As a pipe hands it over. */
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
