/** A new password: typed twice at a terminal, unseen, or one line on standard input. Never an argument, which others can read. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError } from './command-error.ts'

export async function newPassword(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine()
  const password = await typed(prompt)
  if ((await typed('Once more: ')) !== password) throw new CommandError('the two passwords differ')
  return password
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  throw new CommandError('give the password on standard input')
}

function typed(prompt: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(prompt)
  return new Promise((answer, fail) => {
    terminal.question('', (line) => {
      terminal.off('close', cancelled)
      terminal.close()
      process.stderr.write('\n')
      answer(line)
    })
    const cancelled = () => fail(new CommandError('cancelled'))
    terminal.once('close', cancelled)
  })
}
