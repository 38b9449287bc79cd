/** What an import knows of the system that made the file. */
import type { NewUser } from '../../accounts/new-user.ts'
import type { Fields, JsonObject } from './fields.ts'

/** An account as the file has it, before it is checked. */
export interface ImportedAccount extends Omit<NewUser, 'username' | 'passwordHash' | 'scopes'> {
  readonly username: string | undefined
  /** Absent: the account has no password. */
  readonly passwordHash: string | undefined
  readonly scopes?: readonly string[] | undefined
}

/** How the system writes its accounts. */
export interface SourceFormat {
  /** The member of the file that has the list of accounts. Otherwise the file is a list, or has an object per line. */
  readonly list?: string
  /** The column by which the first line is recognized as the header of CSV. Absent: the system exports no CSV. */
  readonly column?: string
  /** Whether an object has no objects in it. A field that it has twice is then found. */
  readonly isFlat?: boolean
}

export interface Source extends SourceFormat {
  /** Whether it gave whole passwords to bcrypt, which reads 72 bytes: what it accepted opens the account. */
  readonly cutsPasswords?: boolean
  /** Undefined for a record that is no account. Adds to `fields.faults`. `inner` reads an object in the record. */
  read(
    fields: Fields,
    record: JsonObject,
    inner: (record: JsonObject) => Fields,
  ): ImportedAccount | undefined
}

/** First and last name, if there is one of them. */
export function fullNameOf(...names: readonly (string | undefined)[]): string | undefined {
  return names.filter(Boolean).join(' ').trim() || undefined
}
