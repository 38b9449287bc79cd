/** `tessera user import`: accounts of another application with their hashes as they are; all of them, or none. */
import { createReadStream } from 'node:fs'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { auditEvent } from '../security/audit.ts'
import { isVerifiable } from '../security/passwords.ts'
import { usualScopes } from '../security/registration.ts'
import { newId } from '../security/secrets.ts'
import type { UserRow } from '../store/user-row.ts'
import type { AddUser } from '../store/users.ts'
import { type AccountRules, accountRules } from './account-rules.ts'
import { CommandError } from './command-error.ts'
import { linesOf } from './lines.ts'
import { print, printJson } from './output.ts'
import { withStore } from './with-store.ts'

export interface ImportOptions {
  readonly skipBad: boolean
  readonly json: boolean
}

interface BadLine {
  readonly line: number
  readonly reason: string
}

/** A line that is no account. */
class Bad extends Error {}

/** Undoes the import. */
class NothingImported extends CommandError {}

/** Lines of JSON from a file, or from standard input where it is `-`. */
export function importUsers(
  config: Config,
  file: string,
  { skipBad, json }: ImportOptions,
): Promise<void> {
  return withStore(config, async (store) => {
    const input = file === '-' ? process.stdin : createReadStream(file)
    const readUser = userReader(accountRules(), config)
    const bad: BadLine[] = []
    const progress = createProgress()
    let imported = 0
    let badLines = 0

    const report = (at: BadLine) => {
      badLines += 1
      if (json) bad.push(at)
      else process.stderr.write(`line ${at.line}: ${at.reason}\n`)
    }
    const importAll = async (add: AddUser) => {
      let line = 0
      for await (const text of linesOf(input, file)) {
        line += 1
        if (text.trim() === '') continue
        const reason = await faultOf(async () => addOrFail(add, readUser(text)))
        if (reason === undefined) imported += 1
        else report({ line, reason: reason.replace(/\p{Cc}/gu, '\uFFFD') })
        progress.show(imported)
      }
      if (badLines > 0 && !skipBad)
        throw new NothingImported(`imported nothing: ${counted(badLines, 'bad line')}`)
      const detail = counted(imported, 'user')
      return auditEvent('command_line', 'user_imported', { detail }, Date.now())
    }

    try {
      await store.users.addMany(importAll)
    } catch (error) {
      if (json && error instanceof NothingImported) await printJson({ imported: 0, bad })
      throw error
    } finally {
      progress.end()
    }
    await (json ? printJson({ imported, bad }) : print(`imported ${counted(imported, 'user')}\n`))
  })
}

/** FastAPI's tutorial calls the hash `hashed_password`. What is `null` is as good as left out. */
const lineSchema = z.strictObject({
  username: z.string(),
  password_hash: z.string().nullish(),
  hashed_password: z.string().nullish(),
  email: z.string().nullish(),
  full_name: z.string().nullish(),
  disabled: z.boolean().nullish(),
  scopes: z.array(z.string()).nullish(),
})

function userReader(rules: AccountRules, config: Config): (text: string) => UserRow {
  const usual = usualScopes(rules.scopes)
  return (text) => {
    const { username, email, full_name, disabled, scopes, ...line } = parsed(text)
    const hash = line.password_hash ?? line.hashed_password ?? undefined
    if (hash === undefined) throw new Bad('password_hash is missing')
    if (line.password_hash && line.hashed_password) throw new Bad('there are two hashes')
    if (!isVerifiable(hash, config))
      throw new Bad('the hash is neither bcrypt of cost 4 to 16 nor of a pepper that is set')
    const profile = { username, email: email ?? undefined, fullName: full_name ?? undefined }
    const fault = rules.profileFault(profile) ?? rules.scopeFault(scopes ?? [])
    if (fault) throw new Bad(fault)
    return {
      ...profile,
      userId: newId('u'),
      passwordHash: hash,
      disabled: disabled ?? false,
      scopes: scopes ? [...new Set(scopes)] : usual,
      createdAt: Date.now(),
      version: 1,
    }
  }
}

function parsed(text: string): z.infer<typeof lineSchema> {
  // What is no UTF-8 was read as this.
  if (text.includes('\uFFFD')) throw new Bad('it is not UTF-8')
  const { data, error } = lineSchema.safeParse(jsonOf(text))
  if (data) return data
  throw new Bad(reasonOf(error?.issues[0]))
}

/** The parser's own message would show what stands there: a hash. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Bad('it is not JSON')
  }
}

function reasonOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return `unknown field ${JSON.stringify(issue.keys[0])}`
  const field = issue?.path.join('.')
  if (!field) return 'it is no JSON object'
  if (issue?.code !== 'invalid_type') return `${field} is wrong`
  const isMissing = issue.message.endsWith('received undefined')
  return isMissing ? `${field} is missing` : `${field} is no ${issue.expected}`
}

async function addOrFail(add: AddUser, user: UserRow): Promise<void> {
  if (!(await add(user)))
    throw new Bad(`the name ${user.username} is taken, in the store or earlier in the file`)
}

async function faultOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof Bad) return error.message
    throw error
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** A count on a terminal, where it takes longer than two seconds. */
function createProgress(): { show(count: number): void; end(): void } {
  let next = performance.now() + 2000
  let isShown = false
  return {
    show(count) {
      if (!process.stderr.isTTY || performance.now() < next) return
      next = performance.now() + 200
      isShown = true
      process.stderr.write(`\r${counted(count, 'user')} `)
    },
    end() {
      if (isShown) process.stderr.write('\r\x1b[K')
    },
  }
}
