/** The optional texts of an account, listed once. A field of the contract that is missing here does not compile. */
import type {
  AccountChanges,
  components,
  Registration,
  User,
  UserChanges,
} from '../../generated/api.ts'
import type { UserRow } from '../store/user-row.ts'

export const emptyProfile = {
  email: undefined,
  fullName: undefined,
  locale: undefined,
} satisfies Partial<UserRow>

/** The profile in a row. */
export type Profile = Pick<UserRow, keyof typeof emptyProfile>

/** The profile properties of the contract. */
export type ProfileName = Exclude<
  keyof (User & UserChanges & AccountChanges & Registration),
  | 'user_id'
  | 'username'
  | 'password'
  | 'current_password'
  | 'email_verified'
  | 'email_confirmation'
  | 'disabled'
  | 'scopes'
  | 'created_at'
>

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name

interface ProfileField<Name extends ProfileName> {
  /** The name in the contract, the audit trail, and the lines of `tessera user import`. */
  readonly name: Name
  /** The name in a row. */
  readonly key: Camel<Name> & keyof Profile
  /** The contract's schema for its values. */
  readonly schema: Capitalize<Camel<Name>> & keyof components['schemas']
  /** The error text for a value that does not match the schema. */
  readonly fault: string
}

/** Each name, key and schema is the only one that its type allows: written out, it is found by a search. */
const fields: { readonly [Name in ProfileName]: ProfileField<Name> } = {
  email: {
    name: 'email',
    key: 'email',
    schema: 'Email',
    fault: 'the email is not a valid e-mail address',
  },
  full_name: {
    name: 'full_name',
    key: 'fullName',
    schema: 'FullName',
    fault: 'a full name has 1 to 200 characters, and no control characters',
  },
  locale: {
    name: 'locale',
    key: 'locale',
    schema: 'Locale',
    fault: 'a locale is a language tag such as de or pt-BR',
  },
}

export const profileFields = Object.values(fields)

/** The profile in a request body: a JSON merge patch (RFC 7396), in which `null` removes a field. */
export type ProfileChanges = { readonly [Name in ProfileName]?: string | null | undefined }

/** The row fields that the body sets. */
export function profileIn(body: ProfileChanges): Partial<Profile> {
  const named = profileFields.flatMap(({ name, key }): [keyof Profile, string | undefined][] => {
    const text = body[name]
    return text === undefined ? [] : [[key, text ?? undefined]]
  })
  return Object.fromEntries(named)
}
