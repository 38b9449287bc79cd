import { describe, expect, it } from 'vitest'
import { compile } from '../contract/compile.ts'

/** Each is refused by the compiler, with what it says. */
const mistakes: Readonly<Record<string, readonly [call: string, says: RegExp]>> = {
  'a path that is not in the contract': [
    `tessera.GET('/users/you')`,
    /'"\/users\/you"' is not assignable/,
  ],
  'a method that the path has not': [`tessera.DELETE('/users/me/items')`, /is not assignable/],
  'a missing body': [`tessera.POST('/users/me/items')`, /Expected 2 arguments/],
  'a missing parameter of the path': [
    `tessera.GET('/users/me/items/{item_id}')`,
    /Expected 2 arguments/,
  ],
  'a misspelled field': [
    `tessera.POST('/users/me/items', { body: { item_id: 'Bar', titel: 'A bar' } })`,
    /'titel' does not exist/,
  ],
  'a misspelled parameter beside a right one': [
    `tessera.GET('/users/me/items', { params: { query: { limit: 1, curser: 'x' } } })`,
    /'curser' does not exist/,
  ],
  'a body for a call that has none': [`tessera.GET('/users/me', { body: {} })`, /'undefined'/],
  'another server for one call': [
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
  'a field that the answer has not': [
    `(await tessera.GET('/users/me')).data.user_name`,
    /'user_name' does not exist/,
  ],
  'the body of an answer that has none': [
    `(await tessera.DELETE('/users/me/sessions')).data.anything`,
    /possibly 'undefined'|does not exist/,
  ],
  'credentials without a password': [`tessera.logIn({ username: 'johndoe' })`, /'password'/],
}

const right = `
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
  const said = compile(
    { 'test/client/right.ts': file(right) },
    Object.fromEntries(calls.map(([, [call]], index) => [path(index), file(`return ${call}`)])),
  )

  it.each(calls.map(([what, [, says]], index) => [what, says, index] as const))(
    'refuses %s',
    (_what, says, index) => {
      expect(said.get(path(index))?.map(({ text }) => text)).toEqual([expect.stringMatching(says)])
    },
  )
})
