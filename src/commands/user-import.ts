/** `tessera user import`: adds the accounts of another application, with their password hashes: all of them or none. */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { auditEvent } from '../audit/audit.ts'
import type { StagedUser, StagedUsers } from '../store/staged-users.ts'
import type { UserRow } from '../store/user-row.ts'
import { CommandError } from './command-error.ts'
import { createUserParser, InvalidLine } from './imported-user.ts'
import { print, printJson } from './output.ts'
import { createProgress } from './progress.ts'
import { readError, splitLines } from './split-lines.ts'
import { type Setup, withStore } from './with-store.ts'

export interface ImportOptions {
  readonly skipBad: boolean
  readonly json: boolean
}

interface BadLine {
  readonly line: number
  readonly reason: string
}

const linesPerBatch = 200
const taken = 'the username is taken, in the database or earlier in the file'

/** Reads lines of JSON from a file, or from standard input for `-`. The store is not locked during that. */
export async function importUsers(
  setup: Setup,
  file: string,
  { skipBad, json }: ImportOptions,
): Promise<void> {
  // Before the store is opened: an unreadable file must not create a database.
  const input = file === '-' ? process.stdin : await openFile(file)
  await withStore(setup, async (store) => {
    const parseUser = await createUserParser(setup)
    const bad: BadLine[] = []
    const progress = createProgress((count) => counted(count, 'user'))
    let imported = 0
    let badLines = 0

    const report = (at: BadLine) => {
      badLines += 1
      if (json) bad.push(at)
      else process.stderr.write(`line ${at.line}: ${at.reason}\n`)
    }
    const reportTaken = (lines: readonly number[]) => {
      imported -= lines.length
      for (const line of lines) report({ line, reason: taken })
    }
    const stage = async (staged: StagedUsers, { users, faults }: Batch) => {
      imported += users.length
      const rejected = await staged.stage(users)
      imported -= rejected.length
      const takenLines = rejected.map((line) => ({ line, reason: taken }))
      for (const each of [...faults, ...takenLines].sort((a, b) => a.line - b.line)) report(each)
      progress.show(imported)
    }
    const importAll = async (staged: StagedUsers) => {
      for await (const lines of readBatches(splitLines(input, file), parseUser))
        await stage(staged, lines)
      do {
        reportTaken(await staged.dropTaken())
        if (badLines > 0 && !skipBad) {
          if (json) await printJson({ imported: 0, bad })
          throw new CommandError(`imported nothing: ${counted(badLines, 'bad line')}`)
        }
      } while (!(await staged.addAll(eventOf)))
    }

    try {
      await store.users.addMany(importAll)
    } finally {
      progress.end()
    }
    await (json ? printJson({ imported, bad }) : print(`imported ${counted(imported, 'user')}\n`))
  })
}

/** Throws a `CommandError` if the file cannot be read. */
async function openFile(file: string): Promise<AsyncIterable<Buffer>> {
  const input = createReadStream(file)
  try {
    await once(input, 'readable')
    return input
  } catch (error) {
    throw readError(file, error)
  }
}

interface Batch {
  readonly users: StagedUser[]
  readonly faults: BadLine[]
}

async function* readBatches(
  lines: AsyncIterable<string | undefined>,
  parseUser: (text: string) => UserRow,
): AsyncGenerator<Batch> {
  let batch: Batch = { users: [], faults: [] }
  let line = 0
  for await (const text of lines) {
    line += 1
    if (text?.trim() !== '') read(text)
    if (line % linesPerBatch > 0) continue
    yield batch
    batch = { users: [], faults: [] }
  }
  yield batch

  function read(text: string | undefined): void {
    try {
      if (text === undefined) throw new InvalidLine('longer than 1 MiB')
      batch.users.push({ line, user: parseUser(text) })
    } catch (error) {
      if (!(error instanceof InvalidLine)) throw error
      batch.faults.push({ line, reason: error.message })
    }
  }
}

function eventOf(userId: string) {
  return auditEvent('command_line', 'user_imported', { userId }, Date.now())
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
