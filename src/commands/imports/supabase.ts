/** Rows of the table `auth.users` of Supabase, as CSV or JSON: the e-mail address, or else the phone number, is the username. */
import { isObject, parsedObject } from './fields.ts'
import type { Source } from './source.ts'

export const supabase: Source = {
  cutsPasswords: true,
  column: 'encrypted_password',
  read({ text, id, time }, record, inner) {
    const email = text('email')
    return {
      username: email ?? text('phone'),
      email,
      emailVerified: text('email_confirmed_at') !== undefined,
      fullName: nameIn(record.raw_user_meta_data, inner),
      passwordHash: text('encrypted_password'),
      disabled: isBanned(text('banned_until')) || text('deleted_at') !== undefined,
      externalId: id('id'),
      createdAt: time('created_at'),
    }
  },
}

/** In CSV, the column is JSON. What is no name is ignored: the applications write these data as they like. */
function nameIn(data: unknown, inner: Parameters<Source['read']>[2]): string | undefined {
  if (typeof data === 'string') return nameIn(parsedObject(data), inner)
  if (!isObject(data)) return undefined
  const { text } = inner(data)
  const names = [data.full_name, data.name]
  if (!names.every((name) => name === undefined || name === null || typeof name === 'string'))
    return undefined
  return text('full_name') ?? text('name')
}

/** A time in the past, and nothing else, is the end of a ban. */
function isBanned(until: string | undefined): boolean {
  return until !== undefined && !(Date.parse(until.replace(/([+-]\d\d)$/, '$1:00')) < Date.now())
}
