import { describe, expect, it } from 'vitest'
import { compile } from '../contract/compile.ts'

/** Each must be a compile error with this message. */
const mistakes: Readonly<Record<string, readonly [call: string, message: RegExp]>> = {
  'a path that is not in the contract': [
    `tessera.GET('/users/you')`,
    /'"\/users\/you"' is not assignable/,
  ],
  'a method that the path does not have': [
    `tessera.DELETE('/users/me/items')`,
    /is not assignable/,
  ],
  'a missing body': [`tessera.POST('/users/me/items')`, /Expected 2 arguments/],
  'a missing path parameter': [`tessera.GET('/users/me/items/{item_id}')`, /Expected 2 arguments/],
  'a misspelled field': [
    `tessera.POST('/users/me/items', { body: { item_id: 'Bar', titel: 'A bar' } })`,
    /'titel' does not exist/,
  ],
  'a misspelled parameter beside a valid one': [
    `tessera.GET('/users/me/items', { params: { query: { limit: 1, curser: 'x' } } })`,
    /'curser' does not exist/,
  ],
  'a body for a call that has none': [`tessera.GET('/users/me', { body: {} })`, /'undefined'/],
  'a different server for one call': [
    `tessera.GET('/users/me', { baseUrl: 'https://elsewhere.example' })`,
    /'baseUrl' does not exist/,
  ],
  'a redirect that is followed': [
    `tessera.GET('/users/me', { redirect: 'follow' })`,
    /'redirect' does not exist/,
  ],
  cookies: [`tessera.GET('/users/me', { credentials: 'include' })`, /'credentials' does not exist/],
  'headers of its own': [
    `tessera.GET('/users/me', { headers: { Authorization: 'x' } })`,
    /'headers' does not exist/,
  ],
  'a field that the response does not have': [
    `(await tessera.GET('/users/me')).data.user_name`,
    /'user_name' does not exist/,
  ],
  'the body of a response without one': [
    `(await tessera.DELETE('/users/me/sessions')).data.anything`,
    /possibly 'undefined'|does not exist/,
  ],
  'credentials without a password': [`tessera.logIn({ username: 'johndoe' })`, /'password'/],
}

const valid = `
  type User = import('../../src/client/index.ts').User
  const { data: me } = await tessera.GET('/users/me')
  const name: string | undefined = me.full_name
  const { data: items } = await tessera.GET('/users/me/items', { params: { query: { limit: 1 } } })
  const ids: string[] = items.map(({ item_id }) => item_id)
  const nothing: undefined = (await tessera.DELETE('/users/me/sessions')).data
  const user: User = me
  return [name, ids, nothing, user]
`

const file = (code: string) => `
import { createClient } from '../../src/client/index.ts'
const tessera = createClient()
export const use = async () => { ${code} }
`

describe('the compiler', () => {
  const path = (index: number) => `test/client/mistake-${index}.ts`
  const calls = Object.entries(mistakes)
  const errors = compile(
    { 'test/client/valid.ts': file(valid) },
    Object.fromEntries(calls.map(([, [call]], index) => [path(index), file(`return ${call}`)])),
  )

  it.each(calls.map(([what, [, message]], index) => [what, message, index] as const))(
    'rejects %s',
    (_what, message, index) => {
      expect(errors.get(path(index))?.map(({ text }) => text)).toEqual([
        expect.stringMatching(message),
      ])
    },
  )
})
