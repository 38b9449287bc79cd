/**
 * The profile: the texts that an account may have, listed once. A property of the contract, or a column of the table, that is
 * missing here does not compile.
 */
import type {
  AccountChanges,
  components,
  Registration,
  User,
  UserChanges,
} from '../../generated/api.ts'
import type { UserRow } from '../store/user-row.ts'

export const emptyProfile = { email: undefined, fullName: undefined } satisfies Partial<UserRow>

/** The profile of a row. */
export type Profile = Pick<UserRow, keyof typeof emptyProfile>

/** The properties of a profile in the contract. */
export type ProfileName =
  | Exclude<keyof User, 'user_id' | 'username' | 'disabled' | 'scopes' | 'created_at'>
  | Exclude<keyof UserChanges, 'username' | 'disabled' | 'scopes'>
  | Exclude<keyof AccountChanges, 'current_password'>
  | Exclude<keyof Registration, 'username' | 'password'>

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name

interface ProfileField<Name extends ProfileName> {
  /** In the contract, the audit trail, and the lines of `tessera user import`. */
  readonly name: Name
  /** In a row. */
  readonly key: Camel<Name> & keyof Profile
  /** The schema of its values. */
  readonly schema: Capitalize<Camel<Name>> & keyof components['schemas']
  /** What is wrong with a value that the schema does not allow, for people. */
  readonly fault: string
}

const fields: { readonly [Name in ProfileName]: ProfileField<Name> } = {
  email: {
    name: 'email',
    key: 'email',
    schema: 'Email',
    fault: 'the email is no e-mail address',
  },
  full_name: {
    name: 'full_name',
    key: 'fullName',
    schema: 'FullName',
    fault: 'a full name has 1 to 200 characters, none of them control characters',
  },
}

export const profileFields = Object.values(fields)

/** What a body says of a profile: a JSON merge patch (RFC 7396), in which `null` removes. */
export type ProfileChanges = { readonly [Name in ProfileName]?: string | null | undefined }

/** The fields that the body names, as a row has them. */
export function profileIn(body: ProfileChanges): Partial<Profile> {
  const named = profileFields.flatMap(({ name, key }): [keyof Profile, string | undefined][] => {
    const text = body[name]
    return text === undefined ? [] : [[key, text ?? undefined]]
  })
  return Object.fromEntries(named)
}
