/** `tessera user import`: adds the accounts of another application, with their password hashes: all of them or none. */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { commandEvent } from '../audit/audit.ts'
import type { StagedUser, StagedUsers, TakenLine } from '../store/staged-users.ts'
import { CommandError } from './command-error.ts'
import { createUserParser, type ParseUser } from './imported-user.ts'
import { type ImportRecord, InvalidRecord, readImport } from './imports/records.ts'
import { sourceOf } from './imports/sources.ts'
import type { JsonOption } from './options.ts'
import { print, printJson } from './output.ts'
import { createProgress } from './progress.ts'
import { readError } from './split-lines.ts'
import { type Setup, withStore } from './with-store.ts'

export interface ImportOptions extends JsonOption {
  readonly skipBad?: boolean
  /** Checks the file and the usernames, and adds nothing. */
  readonly dryRun?: boolean
  /** The system that made the file. */
  readonly from?: string
  readonly firebaseProject?: string
}

interface BadRecord {
  /** Of the line or the record. */
  readonly at: number
  readonly reason: string
}

const recordsPerBatch = 200
const reasons = {
  username: 'the username is taken, in the database or earlier in the file',
  email:
    'the verified e-mail address is that of another account, in the database or earlier in the file',
}

/** Reads accounts from a file, or from standard input for `-`. The store is not locked during that. */
export async function importUsers(
  setup: Setup,
  file: string,
  { skipBad, json, dryRun, from, firebaseProject }: ImportOptions,
): Promise<void> {
  // Nearly all that is read is garbage soon. V8 would let it grow by tens of MiB before it collects it.
  setFlagsFromString('--heap-growing-percent=20')
  // Before the store is opened: an unreadable file must not create a database.
  const source = sourceOf(from, firebaseProject)
  const input = file === '-' ? process.stdin : await openFile(file)
  await withStore(setup, async (store) => {
    const parseUser = await createUserParser(setup, source)
    const { unit, records } = await readImport(input, file, source)
    const bad: { [unit: string]: number | string; reason: string }[] = []
    const progress = createProgress((count) => counted(count, 'user'))
    let imported = 0
    let withoutPassword = 0
    let badRecords = 0

    const report = ({ at, reason }: BadRecord) => {
      badRecords += 1
      if (json) bad.push({ [unit]: at, reason })
      else process.stderr.write(`${unit} ${at}: ${reason}\n`)
    }
    const reject = (lines: readonly TakenLine[]): BadRecord[] => {
      imported -= lines.length
      return lines.map(({ line: at, taken }) => ({ at, reason: reasons[taken] }))
    }
    const stage = async (staged: StagedUsers, { users, faults }: Batch) => {
      imported += users.length
      const failed = [...faults, ...reject(await staged.stage(users))]
      for (const each of failed.sort((a, b) => a.at - b.at)) report(each)
      progress.show(imported)
    }
    const importAll = async (staged: StagedUsers) => {
      for await (const batch of readBatches(records, parseUser)) await stage(staged, batch)
      do {
        for (const each of reject(await staged.dropTaken())) report(each)
        if (badRecords > 0 && !skipBad) {
          if (json) await printJson({ imported: 0, bad })
          throw new CommandError(`imported nothing: ${counted(badRecords, `bad ${unit}`)}`)
        }
        withoutPassword = await staged.countWithoutPassword()
        if (dryRun) return
      } while (!(await staged.addAll((userId) => commandEvent('user_imported', { userId }))))
    }

    try {
      await store.users.addMany(importAll)
    } finally {
      progress.end()
    }
    if (json)
      return await printJson({
        [dryRun ? 'importable' : 'imported']: imported,
        without_password: withoutPassword,
        bad,
      })
    await print(`${dryRun ? 'would import' : 'imported'} ${summaryOf(imported, withoutPassword)}\n`)
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
  readonly faults: BadRecord[]
}

async function* readBatches(
  records: AsyncIterable<ImportRecord>,
  parseUser: ParseUser,
): AsyncGenerator<Batch> {
  let batch: Batch = { users: [], faults: [] }
  let count = 0
  for await (const { at, read } of records) {
    count += 1
    const { user, faults } = parsed(read, parseUser)
    if (user) batch.users.push({ line: at, user })
    if (faults.length > 0) batch.faults.push({ at, reason: faults.join('; ') })
    if (count % recordsPerBatch > 0) continue
    yield batch
    batch = { users: [], faults: [] }
  }
  yield batch
}

function parsed(read: ImportRecord['read'], parseUser: ParseUser): ReturnType<ParseUser> {
  try {
    return parseUser(read())
  } catch (error) {
    if (error instanceof InvalidRecord) return { faults: [error.message] }
    throw error
  }
}

function summaryOf(imported: number, withoutPassword: number): string {
  const users = counted(imported, 'user')
  if (withoutPassword === 0) return users
  if (withoutPassword === imported) return `${users}, without a password`
  return `${users}, ${withoutPassword} of them without a password`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
