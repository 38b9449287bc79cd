/**
 * Reads a new password: typed twice on a terminal without echo, or one line of standard input. Arguments are visible to other users. Hashes
 * passwords on a thread of the command.
 */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Config } from '../config/config.ts'
import { createHashPool } from '../passwords/hash-pool.ts'
import { createPasswords, type Passwords } from '../passwords/passwords.ts'
import { CommandError } from './command-error.ts'

export async function askNewPassword(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine()
  const password = await promptHidden(prompt)
  if ((await promptHidden('Repeat the password: ')) !== password)
    throw new CommandError('the passwords do not match')
  return password
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  throw new CommandError('no password: write it to standard input')
}

function promptHidden(prompt: string): Promise<string> {
  const discarded = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: discarded, terminal: true })
  process.stderr.write(prompt)
  return new Promise((resolve, reject) => {
    terminal.question('', (line) => {
      terminal.off('close', cancel)
      terminal.close()
      process.stderr.write('\n')
      resolve(line)
    })
    const cancel = () => reject(new CommandError('canceled'))
    terminal.once('close', cancel)
  })
}

/** The thread ends with the work. */
export async function withPasswords<Result>(
  config: Config,
  work: (passwords: Passwords) => Promise<Result>,
): Promise<Result> {
  const pool = createHashPool({ ...config, hashThreads: 1, hashQueue: 0 })
  try {
    return await work(createPasswords(pool, config))
  } finally {
    await pool.close()
  }
}
